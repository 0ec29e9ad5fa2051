package media

import "testing"

func TestParseCrypto(t *testing.T) {
	const key = "inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR"
	tests := []struct {
		name, line string
		ok         bool
		mki        string
	}{
		{"a plain one", "1 AES_CM_128_HMAC_SHA1_80 " + key, true, ""},
		{"a lifetime", "1 AES_CM_128_HMAC_SHA1_80 " + key + "|2^31", true, ""},
		{"a lifetime and a number of the key", "1 AES_CM_128_HMAC_SHA1_32 " + key + "|2^20|1:4", true, "\x00\x00\x00\x01"},
		{"a number of the key alone", "9 AES_CM_128_HMAC_SHA1_80 " + key + "|258:2", true, "\x01\x02"},
		{"a hint about late packets", "1 AES_CM_128_HMAC_SHA1_80 " + key + " WSH=64", true, ""},
		{"no rate of derivation", "1 AES_CM_128_HMAC_SHA1_80 " + key + " KDR=0", true, ""},
		{"lower case", "1 aes_cm_128_hmac_sha1_80 " + key, true, ""},
		{"a rate of derivation", "1 AES_CM_128_HMAC_SHA1_80 " + key + " KDR=1", false, ""},
		{"packets in the clear", "1 AES_CM_128_HMAC_SHA1_80 " + key + " UNENCRYPTED_SRTP", false, ""},
		{"two keys", "1 AES_CM_128_HMAC_SHA1_80 " + key + ";" + key, false, ""},
		{"a key of another length", "1 AES_256_CM_HMAC_SHA1_80 " + key, false, ""},
		{"no base64", "1 AES_CM_128_HMAC_SHA1_80 inline:!!", false, ""},
		{"an unknown suite", "1 F8_128_HMAC_SHA1_80 " + key, false, ""},
		{"a number that does not fit", "1 AES_CM_128_HMAC_SHA1_80 " + key + "|256:1", false, ""},
		{"a number of 200 octets", "1 AES_CM_128_HMAC_SHA1_80 " + key + "|1:200", false, ""},
		{"a tag that is no number", "x AES_CM_128_HMAC_SHA1_80 " + key, false, ""},
		{"no key", "1 AES_CM_128_HMAC_SHA1_80", false, ""},
		{"nothing", "", false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, ok := parseCrypto(tt.line)
			if ok != tt.ok || ok && string(c.keys.mki) != tt.mki {
				t.Errorf("%v %+v", ok, c)
			}
		})
	}
}
