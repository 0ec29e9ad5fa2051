package phone

// ConfigPreview is the configuration that a phone would fetch now.
type ConfigPreview struct {
	File        string          `json:"file"` // its name, as the phone asks for it
	ContentType string          `json:"contentType"`
	Body        string          `json:"body"`
	URL         string          `json:"url,omitempty"`         // where it is fetched; "" when the server has not been told its own
	WebPassword string          `json:"webPassword,omitempty"` // of the administrator of the phone's own web page
	Warnings    []ConfigWarning `json:"warnings"`              // of what the phone is set to and cannot be told
	Stale       bool            `json:"stale"`                 // the phone has fetched another one, or none
}

// ConfigWarning is a property that a configuration does not hold, and why.
type ConfigWarning struct {
	Property string `json:"property"`
	Text     string `json:"text"`
}

// Masked stands where a secret is not shown.
const Masked = masked
