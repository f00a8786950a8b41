package source

import (
	"strings"

	"github.com/lambdacap/lambdacap/calc/quantity"
)

// ParsePollers reads the fewest and the most provisioned pollers: MIN:MAX, or one number for both.
func ParsePollers(text string) (bounds [2]int64, err error) {
	low, high, ok := strings.Cut(text, ":")
	if !ok {
		high = low
	}
	if bounds[0], err = quantity.ParseCount(low); err == nil {
		bounds[1], err = quantity.ParseCount(high)
	}
	if err != nil {
		err = &quantity.ValueError{Text: text, Problem: "is not a number of pollers", Legal: "MIN:MAX, such as 2:200"}
	}
	return bounds, err
}

// ParseSpan reads a time that may be 0 or have days, as seconds: 0s, 90s, 12h, 4d.
func ParseSpan(text string) (float64, error) {
	days, ok := strings.CutSuffix(strings.TrimSuffix(strings.TrimSuffix(text, "s"), "ay"), "d")
	if !ok {
		return quantity.ParseDelay(text)
	}
	s, err := quantity.ParseDelay(strings.TrimRight(days, " ") + "h")
	if err != nil {
		err = &quantity.ValueError{Text: text, Problem: "is not a time", Legal: "such as 90s, 12h or 4d"}
	}
	return 24 * s, err
}
