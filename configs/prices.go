package configs

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
)

//go:embed prices.csv
var prices []byte

// Prices returns the price rows that ship with lambdacap.
func Prices() ([]calc.Price, error) { return ReadPrices(bytes.NewReader(prices)) }

// PriceColumns is the header of a price file.
func PriceColumns() []string {
	return []string{"region", "arch", "currency", "request", "duration_1", "duration_2", "duration_3", "tier_bounds",
		"provisioned", "provisioned_duration", "ephemeral", "as_of", "sources"}
}

var columns = PriceColumns()

// highestPrice is above every price AWS charges for a request or a GB-second. A larger number is a mistake.
const highestPrice = 0.01

// byteOrderMark is how spreadsheets start the CSV files they save.
const byteOrderMark = "\ufeff"

// maxPriceFaults is the maximum number of faults reported for one price file.
const maxPriceFaults = 20

// A PriceFault is one mistake in a price file.
type PriceFault struct {
	Line    int    // from 1
	Message string // the value, what is wrong with it, and what was expected
}

// PriceFaults lists the mistakes in a price file.
type PriceFaults []PriceFault

// Error lists the faults, one per line.
func (f PriceFaults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fmt.Sprintf("%d: %s", fault.Line, fault.Message)
	}
	return strings.Join(lines, "\n")
}

// ReadPrices reads a price file in the format that the comments at the top of prices.csv describe. If the file is not
// valid, the error is a PriceFaults with at most 20 faults.
func ReadPrices(r io.Reader) ([]calc.Price, error) {
	buffered := bufio.NewReader(r)
	if mark, _ := buffered.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		_, _ = buffered.Discard(len(byteOrderMark)) // cannot fail: the bytes were peeked
	}
	input := csv.NewReader(buffered)
	input.Comment = '#'
	input.FieldsPerRecord = -1
	var faults PriceFaults
	var list []calc.Price
	seen := map[string]int{}
	header := true
	for {
		record, err := input.Read()
		if err == io.EOF {
			break
		}
		var syntax *csv.ParseError
		switch {
		case errors.As(err, &syntax):
			message := fmt.Sprintf("%v; expected comma-separated values", syntax.Err)
			return nil, append(faults, PriceFault{syntax.Line, message})
		case err != nil:
			return nil, err
		}
		line, _ := input.FieldPos(0)
		if header {
			header = false
			if !slices.Equal(record, columns) {
				return nil, PriceFaults{{line, "the first line is not the header; expected " + strings.Join(columns, ",")}}
			}
			continue
		}
		p := priceReader{line: line, record: record}
		price := p.price()
		key := price.Region + " " + string(price.Arch)
		if first, again := seen[key]; again && len(p.faults) == 0 {
			p.fault("duplicate row for %s, first in line %d", key, first)
		}
		seen[key] = line
		if faults = append(faults, p.faults...); len(faults) >= maxPriceFaults {
			return nil, faults[:maxPriceFaults]
		}
		list = append(list, price)
	}
	if header {
		return nil, PriceFaults{{1, "the file is empty; expected " + strings.Join(columns, ",")}}
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return list, nil
}

// A priceReader reads one row.
type priceReader struct {
	line   int
	record []string
	faults PriceFaults
}

func (r *priceReader) fault(format string, args ...any) {
	r.faults = append(r.faults, PriceFault{r.line, fmt.Sprintf(format, args...)})
}

// field returns the value in a column, by the column's name.
func (r *priceReader) field(column string) string { return r.record[slices.Index(columns, column)] }

// price reads the row. It records mistakes in r.faults.
func (r *priceReader) price() calc.Price {
	if len(r.record) != len(columns) {
		r.fault("has %d values; expected %d", len(r.record), len(columns))
		return calc.Price{}
	}
	p := calc.Price{
		Region:              r.field("region"),
		Currency:            r.field("currency"),
		Request:             r.amount("request"),
		OnDemandDuration:    []float64{},
		TierBounds:          []float64{},
		Provisioned:         r.amount("provisioned"),
		ProvisionedDuration: r.amount("provisioned_duration"),
		Ephemeral:           r.amount("ephemeral"),
		AsOf:                r.field("as_of"),
		Sources:             r.field("sources"),
	}
	if p.Region == "" {
		r.fault("region: is empty; expected a Region code such as us-east-1")
	}
	arch, err := calc.ParseArch(r.field("arch"))
	if err != nil {
		r.fault("arch: %v", err)
	}
	p.Arch = arch
	ended := false
	for _, column := range []string{"duration_1", "duration_2", "duration_3"} {
		price, ok := r.amount(column).Get()
		switch {
		case !ok:
			ended = true
		case ended:
			r.fault("%s: the tier before it is empty; expected tiers without gaps", column)
		default:
			p.OnDemandDuration = append(p.OnDemandDuration, price)
		}
	}
	if !p.Unpriced() && (len(p.Currency) != 3 || strings.ToUpper(p.Currency) != p.Currency) {
		r.fault("currency: %q is not a currency; expected three capital letters, such as USD", p.Currency)
	}
	r.bounds(&p)
	return p
}

// bounds reads the monthly GB-seconds at which the price tiers end.
func (r *priceReader) bounds(p *calc.Price) {
	tiers := len(p.OnDemandDuration)
	switch text := r.field("tier_bounds"); {
	case text == "" && tiers > 1:
		// All sources that name bounds name these, and the other sources apply them in every Region.
		assumed := map[calc.Arch][]float64{calc.X86: {6e9, 15e9}, calc.ARM: {7.5e9, 18.75e9}}[p.Arch]
		p.TierBounds = assumed[:min(tiers-1, len(assumed))] // none for an unknown arch, which has been reported
		p.TierBoundsAssumed = true
	case text == "" || text == "flat":
		if tiers > 1 {
			r.fault("tier_bounds: flat, with %d tiers; expected flat with one tier", tiers)
		}
	default:
		last := 0.0
		for word := range strings.FieldsSeq(text) {
			bound, err := strconv.ParseFloat(word, 64)
			if err != nil || !(bound > last && bound < 1e15) {
				r.fault("tier_bounds: %q; expected rising numbers of GB-seconds, separated by spaces", text)
				return
			}
			last = bound
			p.TierBounds = append(p.TierBounds, bound)
		}
		if len(p.TierBounds) != max(0, tiers-1) {
			r.fault("tier_bounds: %d bounds for %d tiers; expected one less than there are tiers", len(p.TierBounds), tiers)
		}
	}
}

// amount reads a price. An empty field means that the price is unknown.
func (r *priceReader) amount(column string) calc.Optional[float64] {
	text := r.field(column)
	if text == "" {
		return calc.Optional[float64]{}
	}
	price, err := strconv.ParseFloat(text, 64)
	if err != nil || !(price > 0 && price <= highestPrice) {
		r.fault("%s: %q is not a price; expected more than 0, at most %g, or nothing if it is not known",
			column, text, highestPrice)
		return calc.Optional[float64]{}
	}
	return calc.Some(price)
}
