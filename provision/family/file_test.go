package family

import "testing"

// What the phones of each family ask for while they boot, and with which template
// it is answered: "" is what they do without.
var sequences = map[string]map[string]string{
	"snom": {
		"/snomD785.htm":                             "pointer.xml",
		"/snom370.htm":                              "pointer.xml", // a model whose name is a number
		"/snomD785-0004135A11B2.htm":                "phone.xml",
		"/token/snomd785-0004135a11b2.htm":          "phone.xml",
		"/token/0004135A11B2.xml":                   "phone.xml",
		"/token/0004135A11B2/snomD785-firmware.xml": "firmware.xml",
		"/token/directory.xml":                      "directory.xml",
		"/prov/0004135A11B2/settings.php":           "phone.xml", // a name that somebody made up
	},
	"snom-dect": {
		"/snomM900.htm":              "pointer.xml",
		"/snomM900-000413B60680.htm": "base.xml",
		"/token/000413b60680.xml":    "base.xml",
	},
	"gigaset": {
		"/7C2F80E0D605.xml": "base.xml",
		"/reef.bin":         "", // firmware
	},
	"gigaset-n510": {
		"/42/2/7C2F804DF9A9.xml": "base.xml",
		"/42/2/baselines.bin":    "",
	},
	"mitel": {
		"/startup.cfg":             "startup.cfg",
		"/aastra.cfg":              "startup.cfg",
		"/0token/6867i.cfg":        "",
		"/0token/00085D135A11.cfg": "phone.cfg",
		"/startup.tuz":             "", // encrypted twins
		"/00085D135A11.tuz":        "",
		"/security.tuz":            "",
		"/lang_da.txt":             "",
		"/6867i.st":                "", // firmware
		"/0token/directory.xml":    "directory.xml",
	},
	"cisco-spa": {
		"/spa504G.cfg":             "profile.xml",
		"/spa942.cfg":              "profile.xml",
		"/init.cfg":                "profile.xml",
		"/0token/0002fdff2103.xml": "phone.xml",
		"/spa0002fdff2103.cfg":     "phone.xml",
		"/directory.xml":           "directory.xml",
	},
	"cisco-mpp": {
		"/CP-8851-3PCC.xml":                    "profile.xml",
		"/8851-3PCC.xml":                       "profile.xml",
		"/Cisco/CP-8851-3PCC/00562b043615.cfg": "phone.xml",
		"/0token/00562b043615.xml":             "phone.xml",
		"/sip88xx.11-3-7.loads":                "",
	},
	"yealink":      yealinkSequence("phone.cfg"),
	"yealink-dect": yealinkSequence("base.cfg"),
	"grandstream": {
		"/cfg0004135a11b2":           "",
		"/cfg0004135a11b2.xml":       "phone.xml",
		"/cfggrp2614.xml":            "",
		"/cfg.xml":                   "",
		"/token/cfg0004135A11B2.XML": "phone.xml",
		"/token/phonebook.xml":       "phonebook.xml",
		"/gs_phonebook.xml":          "phonebook.xml",
	},
	"grandstream-gxp16": {
		"/cfg0004135a11b2":     "",
		"/cfg0004135a11b2.xml": "phone.xml",
		"/cfggxp1630.xml":      "",
		"/cfg.xml":             "",
		"/token/phonebook.xml": "phonebook.xml",
	},
	"grandstream-ht": {
		"/cfg0004135a11b2":     "",
		"/cfg0004135a11b2.xml": "adapter.xml",
		"/cfght801.xml":        "",
		"/cfg.xml":             "",
	},
	"generic": {
		"/0004135A11B2.txt": "phone.txt",
		"/0004135a11b2.cfg": "phone.txt", // a name that somebody made up
	},
}

func yealinkSequence(configuration string) map[string]string {
	return map[string]string{
		"/0004135a11b2.boot":            "boot.cfg",
		"/y000000000000.boot":           "",
		"/y000000000066.cfg":            "",
		"/token/0004135a11b2.cfg":       configuration,
		"/0004135a11b2-local.cfg":       "",
		"/0004135a11b2-contact.xml":     "",
		"/0004135a11b2-calllog.xml":     "",
		"/token/directory.xml":          "directory.xml",
		"/token/0004135A11B2/anything":  configuration,
		"/0004135a11b2-anything-at.all": "",
	}
}

func TestFiles(t *testing.T) {
	for _, f := range load(t).All() {
		for path, want := range sequences[f.Name] {
			got := ""
			if file := f.Asked(path); file != nil {
				got = file.Template
			}
			if got != want {
				t.Errorf("%s of %s: got %q, want %q", path, f.Name, got, want)
			}
		}
		if sequences[f.Name] == nil {
			t.Errorf("nobody asks for the files of %s", f.Name)
		}
	}
}
