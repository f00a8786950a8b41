package render

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/format/page"
)

// The size of drawings, pixels of CSS: sheets of A4 and of US letter have room for it.
const (
	drawingWidth = 720.0
	fontSize     = 12.0
)

// The colours of drawings. Text has a contrast of 4.5:1 or more on white. The fills differ in grey, too.
const (
	ink, faint, hair = "#1f2328", "#59636e", "#d8dee4"
	inkGood, inkWarn = "#116329", "#8a4600"
	inkBad           = "#a8200d"
	fillGood         = "#2c7a4b"
	fillWarn         = "#f2b65a"
	fillBad          = "#c93c2b"
)

// inks are the colours of words, fills those of areas, by their tone.
var (
	inks  = [...]string{page.Plain: ink, page.Good: inkGood, page.Warn: inkWarn, page.Bad: inkBad, page.Dim: faint}
	fills = [...]string{page.Plain: fillGood, page.Good: fillGood, page.Warn: fillWarn, page.Bad: fillBad,
		page.Dim: "#ffffff"}
)

// A drawing is a picture in SVG. All about its looks is in attributes, which a strict Content-Security-Policy does not
// touch.
type drawing struct {
	// Label says what the drawing shows, for those who do not see it.
	Label  string
	Shapes []shape

	width, height float64
}

// A shape is a text or a path.
type shape struct {
	Text                string
	X, Y, Anchor        string // of a text
	Size, Weight        string
	Path                string
	Fill, Opacity       string
	Stroke, Width, Dash string
}

// px writes a length with a precision of a tenth of a pixel.
func px(x float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
}

// text adds a text. Anchor is start, middle or end.
func (d *drawing) text(x, y float64, anchor, fill, text string) *shape {
	d.Shapes = append(d.Shapes, shape{Text: text, X: px(x), Y: px(y), Anchor: anchor, Fill: fill})
	return &d.Shapes[len(d.Shapes)-1]
}

// bold makes a text bold.
func (s *shape) bold() { s.Weight = "bold" }

// line adds a straight line.
func (d *drawing) line(x1, y1, x2, y2 float64, stroke string, width float64, dash string) {
	d.Shapes = append(d.Shapes, shape{Path: "M" + px(x1) + " " + px(y1) + "L" + px(x2) + " " + px(y2),
		Fill: "none", Stroke: stroke, Width: px(width), Dash: dash})
}

// rectangle adds a filled rectangle.
func (d *drawing) rectangle(x, y, width, height float64, fill string) *shape {
	path := "M" + px(x) + " " + px(y) + "H" + px(x+width) + "V" + px(y+height) + "H" + px(x) + "Z"
	d.Shapes = append(d.Shapes, shape{Path: path, Fill: fill})
	return &d.Shapes[len(d.Shapes)-1]
}

// area adds the rectangle of a part of a load. To be told apart without colour, parts that are not served are
// hatched, the other way round if they are the second of their tone, and room is an outline.
func (d *drawing) area(x, y, width, height float64, bar page.Bar, second bool) {
	if bar.Room {
		room := d.rectangle(x+0.5, y+0.5, math.Max(1, width-1), height-1, fills[page.Dim])
		room.Stroke, room.Width, room.Dash = "#8c959f", "1", "3 3"
		return
	}
	d.rectangle(x, y, width, height, fills[bar.Tone])
	switch bar.Tone {
	case page.Warn:
		d.hatch(x, y, width, height, 8, second, "#a86200")
	case page.Bad:
		d.hatch(x, y, width, height, 5, second, "#ffffff")
	}
}

// hatch adds diagonal lines that end at the edges of a rectangle: from the lower left, or from the upper left if down.
func (d *drawing) hatch(x, y, width, height, step float64, down bool, colour string) {
	var path strings.Builder
	for at := step / 2; at < width+height; at += step {
		// The line through the points with a distance of at from the corner, along both edges.
		x1, y1 := x+math.Max(0, at-height), y+math.Min(at, height)
		x2, y2 := x+math.Min(at, width), y+math.Max(0, at-width)
		if down {
			y1, y2 = y+height-(y1-y), y+height-(y2-y)
		}
		path.WriteString("M" + px(x1) + " " + px(y1) + "L" + px(x2) + " " + px(y2))
	}
	d.Shapes = append(d.Shapes, shape{Path: path.String(), Fill: "none", Stroke: colour, Width: "1.4"})
}

// badge draws a verdict as white letters on its colour.
func badge(mark string, tone page.Tone) *drawing {
	width := textLength(mark, 14) + 22
	d := &drawing{Label: mark, width: width, height: 26}
	d.rectangle(0, 0, width, 26, inks[tone])
	word := d.text(width/2, 18, "middle", "#ffffff", mark)
	word.Size = "14"
	word.bold()
	return d
}

// drawBars draws the parts of a load below each other: each begins where the one above ends.
func drawBars(title string, bars []page.Bar) *drawing {
	const row, thick, pad = 34.0, 24.0, 10.0
	labels, values := 0.0, 0.0
	for _, bar := range bars {
		labels = math.Max(labels, textLength(bar.Label, fontSize+1))
		values = math.Max(values, textLength(bar.Value, fontSize+1))
	}
	left, right := labels+pad, drawingWidth-values-pad
	d := &drawing{Label: barsLabel(title, bars), height: float64(row*float64(len(bars))) - (row - thick)}
	at := func(share float64) float64 { return left + float64(share*(right-left)) }
	for i, bar := range bars {
		y := float64(float64(i) * row)
		from, to := at(bar.From), math.Max(at(bar.To), at(bar.From)+2)
		middle := y + thick/2 + 4.5
		d.text(0, middle, "start", ink, bar.Label).Size = "13"
		d.area(from, y, to-from, thick, bar, i > 0 && bars[i-1].Tone == bar.Tone)
		if i+1 < len(bars) { // leads the eye to where the next part begins
			d.line(to-0.5, y+thick, to-0.5, y+row, "#8c959f", 1, "")
		}
		value := d.text(drawingWidth, middle, "end", inks[bar.Tone], bar.Value)
		value.Size = "13"
		value.bold()
	}
	return d
}

// barsLabel tells what bars show.
func barsLabel(title string, bars []page.Bar) string {
	var words []string
	for _, bar := range bars {
		words = append(words, bar.Label+" "+bar.Value)
	}
	if title == "" {
		title = "Where the requests go"
	}
	return title + ": " + strings.Join(words, ", ")
}

// drawSplits draws several loads below each other, each with its parts in one bar, and a legend.
func drawSplits(title string, splits []page.Split) *drawing {
	const row, thick, gap, mostLabel, mostValue = 24.0, 16.0, 10.0, 210.0, 200.0
	labels, marks, values := 0.0, 0.0, 0.0
	for _, s := range splits {
		labels = math.Max(labels, textLength(s.Label, fontSize))
		marks = math.Max(marks, textLength(s.Mark, fontSize)*1.1)
		values = math.Max(values, textLength(s.Value, fontSize))
	}
	labels, values = math.Min(labels, mostLabel), math.Min(values, mostValue)
	left, right := labels+marks+2*gap, drawingWidth-values-gap
	d := &drawing{Label: title}
	var legend []page.Bar
	for i, s := range splits {
		y := float64(float64(i) * row)
		middle := y + thick/2 + 4
		d.text(0, middle, "start", ink, shortenedTo(s.Label, labels, fontSize))
		d.text(labels+gap, middle, "start", inks[s.Tone], s.Mark).bold()
		for _, bar := range s.Parts {
			from, to := left+float64(bar.From*(right-left)), left+float64(bar.To*(right-left))
			legend = addToLegend(legend, bar)
			d.area(from, y, math.Max(1.5, to-from-1), thick, bar, isSecond(legend, bar))
		}
		d.text(drawingWidth, middle, "end", ink, shortenedTo(s.Value, values, fontSize))
	}
	d.height = float64(row * float64(len(splits)))
	slices.SortStableFunc(legend, func(a, b page.Bar) int { return cmp.Compare(a.Tone, b.Tone) })
	x, y := left, d.height+4
	for _, bar := range legend {
		length := 28 + textLength(bar.Label, fontSize)
		if x > left && x+length > drawingWidth {
			x, y = left, y+20
		}
		d.area(x, y, 22, 12, bar, isSecond(legend, bar))
		d.text(x+28, y+10, "start", faint, bar.Label)
		x += length + 18
	}
	d.height = y + 14
	return d
}

// addToLegend adds a part to a legend that lacks it.
func addToLegend(legend []page.Bar, bar page.Bar) []page.Bar {
	for _, known := range legend {
		if known.Label == bar.Label && known.Tone == bar.Tone {
			return legend
		}
	}
	return append(legend, bar)
}

// isSecond reports whether a legend has another part of the same tone before this one.
func isSecond(legend []page.Bar, bar page.Bar) bool {
	first := slices.IndexFunc(legend, func(known page.Bar) bool { return known.Tone == bar.Tone })
	return legend[first].Label != bar.Label
}

// textLength estimates how long a text is, pixels, in a typeface as wide as Arial. It rather says too much.
func textLength(text string, size float64) float64 {
	em := 0.0
	for _, r := range text {
		switch {
		case strings.ContainsRune("iljtfrI.,:;'|!()[]/ ", r):
			em += 0.34
		case strings.ContainsRune("mwMW@%", r):
			em += 0.92
		case r >= 'A' && r <= 'Z':
			em += 0.71
		case r <= '~':
			em += 0.56
		default:
			em += float64(0.56 * math.Max(1, float64(textWidth(string(r)))))
		}
	}
	return float64(em * size)
}

// shortenedTo leaves out the middle of a text, so that it is not longer than a number of pixels.
func shortenedTo(text string, most, size float64) string {
	whole := text
	for room := textWidth(whole); textLength(text, size) > most+0.01 && room > 3; room-- {
		text = shortened(whole, room, "…")
	}
	return text
}
