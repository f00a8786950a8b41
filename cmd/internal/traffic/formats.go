package traffic

import ()

// A format is one kind of file.
type format struct {
	// name is what --format calls it.
	name string
	// what is what messages call such a file, with its article.
	what string
	// claims reports whether a file that begins like this is of the format.
	claims func(h *head) bool
	// read says everything that the file has to the Recorder. An error ends the run: it says what is wrong, without the
	// name of the file.
	read func(s *source, r *Recorder) error
}

// formats are tried in order: the first that claims a file reads it. A new format is one more line, and a file with its
// reader.
var formats = []format{
	{"metric-data", "an answer of aws cloudwatch get-metric-data", claimsMetricData, readMetricData},
	{"metric-statistics", "an answer of aws cloudwatch get-metric-statistics", claimsStatistics, readStatistics},
	{"log-events", "an answer of aws logs", claimsLogEvents, readLogEvents},
	{"insights", "an answer of Logs Insights", claimsInsights, readInsights},
	{"k6-summary", "a summary of k6", claimsK6Summary, readK6Summary},
	{"vegeta-report", "a report of vegeta", claimsVegetaReport, readVegetaReport},
	{"artillery", "a report of Artillery", claimsArtillery, readArtillery},
	{"k6-json", "the JSON output of k6", claimsK6Points, readK6Points},
	{"vegeta-json", "results of vegeta", claimsVegetaJSON, readVegetaJSON},
	{"api-gateway", "an access log of API Gateway", claimsAPIGateway, readAPIGateway},
	{"reports", "a log of functions", claimsReports, readReports},
	{"insights-csv", "a CSV file of Logs Insights", claimsInsightsCSV, readInsightsCSV},
	{"alb", "an access log of an Application Load Balancer", claimsALB, readALB},
	{"clf", "an access log in the Common Log Format", claimsCLF, readCLF},
	{"cloudfront", "an access log of CloudFront", claimsCloudFront, readCloudFront},
	{"hey", "what hey prints", claimsHeyText, readHeyText},
	{"k6-csv", "the CSV output of k6", claimsK6CSV, readK6CSV},
	{"hey-csv", "the CSV output of hey", claimsHeyCSV, readHeyCSV},
	{"locust-history", "a history of Locust", claimsLocustHistory, readLocustHistory},
	{"locust", "statistics of Locust", claimsLocustStats, readLocustStats},
	{"jmeter", "results of JMeter", claimsJMeter, readJMeter},
	{"vegeta-csv", "results of vegeta", claimsVegetaCSV, readVegetaCSV},
	{"cloudwatch-csv", "a CSV file of the console of CloudWatch", claimsConsole, readConsole},
	{"csv", "a CSV file", claimsPlain, readPlain},
}

// Names lists the formats, for --format.
func Names() (names []string) {
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// formatNamed returns the format of a name, or nil.
func formatNamed(name string) *format {
	for i := range formats {
		if formats[i].name == name {
			return &formats[i]
		}
	}
	return nil
}
