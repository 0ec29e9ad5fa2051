package family

import "strings"

// beside is the address of the folder in which the firmware lies, and what comes
// with it such as languages; "" where the phone is not told where to fetch from.
func (v *View) beside() string {
	if v.URL.Base == "" {
		return ""
	}
	return v.URL.Base + strings.ToLower(string(v.MAC)) + "/firmware/"
}

// folderOf is a URL without the name of its file, with a slash at its end.
func folderOf(url string) string { return url[:strings.LastIndexByte(url, '/')+1] }

// fileName is what a URL calls its file: what stands after the last slash of its
// path.
func fileName(url string) string {
	if end := strings.IndexAny(url, "?#"); end >= 0 {
		url = url[:end]
	}
	return url[strings.LastIndexByte(url, '/')+1:]
}
