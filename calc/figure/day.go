package figure

import "slices"

// BusiestHours returns when the first time of a day with its highest rate starts and ends, hours from 0 to 24. rates
// has the rate of each hour of the day, requests per second; there is at least one.
func BusiestHours(rates []float64) (from, to int) {
	peak := slices.Max(rates)
	from = slices.Index(rates, peak)
	for to = from + 1; to < len(rates) && rates[to] == peak; to++ {
	}
	return from, to
}
