package traffic

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
	{"reports", "a log of functions", claimsReports, readReports},
	{"insights-csv", "a CSV file of Logs Insights", claimsInsightsCSV, readInsightsCSV},
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
