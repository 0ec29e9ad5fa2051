package phone

import "slices"

// MD5Agents are the beginnings of the User-Agents of those of our models whose
// firmware gives up at a challenge with SHA-256 beside the one with MD5, instead
// of passing it over (RFC 8760 section 2.4). They belong to how a model speaks,
// not to what the API shows of it.
func MD5Agents() (agents []string, err error) {
	type model struct {
		MD5Agents []string `json:"md5Agents"`
	}
	models, err := ReadModels[model]()
	for _, m := range models {
		agents = append(agents, m.MD5Agents...)
	}
	slices.Sort(agents)
	return slices.Compact(agents), err
}
