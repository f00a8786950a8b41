package render

import (
	"strings"

	"github.com/lambdacap/lambdacap/format/page"
)

// The characters of bars, for what is used and for what is not.
const (
	fullBlock, fullASCII   = "█", "#"
	lightBlock, lightASCII = "░", "."
)

// bars draws the parts of a whole below each other. Each starts where the one above ends, and is at least one character
// wide.
func (c canvas) bars(bars []page.Bar) {
	labels, values := 0, 0
	for _, bar := range bars {
		labels, values = max(labels, textWidth(bar.Label)), max(values, textWidth(bar.Value))
	}
	const gaps = 3
	width := c.columns() - len(indent) - labels - values - gaps*len(" ") - 1
	for _, bar := range bars {
		block := fullBlock
		switch {
		case bar.Room && c.ASCII:
			block = lightASCII
		case bar.Room:
			block = lightBlock
		case c.ASCII:
			block = fullASCII
		}
		from, to := min(column(bar.From, width), width-1), column(bar.To, width)
		n := max(1, to-from)
		c.WriteString(indent + bar.Label + strings.Repeat(" ", labels-textWidth(bar.Label)+2+from))
		c.WriteString(c.paint(strings.Repeat(block, n), bar.Tone))
		c.WriteString(strings.Repeat(" ", width-from-n+1+values-textWidth(bar.Value)) + bar.Value + "\n")
	}
}

// column returns the column at a share of a width.
func column(share float64, width int) int { return int(float64(share*float64(width)) + 0.5) }
