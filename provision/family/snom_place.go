package family

// snomZone finds Snom's code of a zone, among those of zones whose clocks have not
// been changed by law since the codes were made.
var snomZone = coder([]zoneCode{
	{"GBR-0", "Europe/London"}, {"IRL-0", "Europe/Dublin"}, {"PRT-0", "Europe/Lisbon"}, {"ESP-0", "Atlantic/Canary"},
	{"FRO-0", "Atlantic/Faroe"}, {"PRT-1", "Atlantic/Azores"},
	{"GER+1", "Europe/Berlin"}, {"DNK+1", "Europe/Copenhagen"}, {"SWE+1", "Europe/Stockholm"}, {"NOR+1", "Europe/Oslo"},
	{"FRA+1", "Europe/Paris"}, {"NLD+1", "Europe/Amsterdam"}, {"BEL+1", "Europe/Brussels"}, {"LUX+1", "Europe/Luxembourg"},
	{"CHE+1", "Europe/Zurich"}, {"AUT+1", "Europe/Vienna"}, {"ITA+1", "Europe/Rome"}, {"ESP+1", "Europe/Madrid"},
	{"GIB+1", "Europe/Gibraltar"}, {"POL+1", "Europe/Warsaw"}, {"CZE+1", "Europe/Prague"}, {"SVK+1", "Europe/Bratislava"},
	{"HUN+1", "Europe/Budapest"}, {"HRV+1", "Europe/Zagreb"}, {"MAK+1", "Europe/Skopje"}, {"YUG+1", "Europe/Belgrade"},
	{"ALB+1", "Europe/Tirane"},
	{"FIN+2", "Europe/Helsinki"}, {"EST+2", "Europe/Tallinn"}, {"LVA+2", "Europe/Riga"}, {"BGR+2", "Europe/Sofia"},
	{"ROU+2", "Europe/Bucharest"}, {"GRC+2", "Europe/Athens"}, {"CYP+2", "Asia/Nicosia"}, {"UKR+2", "Europe/Kyiv"},
	{"EAT+3", "Africa/Nairobi"}, {"IND+5.5", "Asia/Kolkata"}, {"THA+7", "Asia/Bangkok"}, {"SGP+8", "Asia/Singapore"},
	{"AUS+8", "Australia/Perth"}, {"JPN+9", "Asia/Tokyo"}, {"NZL+12", "Pacific/Auckland"},
	{"USA-5", "America/New_York"}, {"CAN-5", "America/Toronto"}, {"USA-6", "America/Chicago"}, {"CAN-6", "America/Winnipeg"},
	{"USA-7", "America/Denver"}, {"CAN-7", "America/Edmonton"}, {"USA-8", "America/Los_Angeles"}, {"CAN-8", "America/Vancouver"},
	{"USA-9", "America/Anchorage"}, {"USA-10", "Pacific/Honolulu"}, {"CAN-4", "America/Halifax"}, {"CAN-3.5", "America/St_Johns"},
	{"BHS-5", "America/Nassau"}, {"BMU-4", "Atlantic/Bermuda"}, {"ARG-3", "America/Argentina/Buenos_Aires"},
})

// snomTones are the tones that one hears, by country.
var snomTones = map[string]string{
	"AT": "AUT", "AU": "AUS", "CH": "SWI", "CN": "CHN", "DE": "GER", "DK": "DNK", "ES": "ESP", "FR": "FRA", "GB": "GBR",
	"IN": "IND", "IT": "ITA", "JP": "JPN", "MX": "MEX", "NL": "NLD", "NO": "NOR", "NZ": "NZL", "SE": "SWE", "US": "USA",
}

// snomLanguages are the languages, as they call themselves.
var snomLanguages = map[string]string{
	"da": "Dansk", "de": "Deutsch", "en": "English", "fi": "Suomi", "it": "Italiano", "no": "Norsk", "sv": "Svenska",
}

// TimeZone is the code of the zone, "" when there is none.
func (v *snomView) TimeZone() string { return snomZone(v.Zone) }

// ToneScheme is those of the country, "" when that is not known.
func (v *snomView) ToneScheme() string {
	if v.Zone == nil {
		return ""
	}
	return snomTones[v.Zone.Country]
}

// Speaks is the language of screen and web page.
func (v *snomView) Speaks() string { return snomLanguages[v.Language] }
