// Prices builds configs/prices.csv from AWS's public price list, which scripts/update-prices.sh downloads as one file
// per Region:
//
//	go run ./scripts/prices OLD.csv REGION.json... > NEW.csv
//
// Regions without a file keep their rows, and prices that a file does not list stay as they are in the old file.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/configs"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: prices OLD.csv REGION.json...")
		os.Exit(2)
	}
	var out bytes.Buffer
	err := run(os.Args[1], os.Args[2:], &out)
	if err == nil {
		_, err = os.Stdout.Write(out.Bytes())
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "prices: %v\n", err)
		os.Exit(1)
	}
}

// An offer is one file of the price list, reduced to the fields used here.
type offer struct {
	PublicationDate string
	Products        map[string]struct {
		Attributes struct{ Group, RegionCode string }
	}
	Terms struct {
		OnDemand map[string]map[string]struct {
			PriceDimensions map[string]dimension
		}
	}
}

// A dimension is a price and the range of quantities it applies to.
type dimension struct {
	BeginRange, EndRange string
	PricePerUnit         map[string]string
}

// A component is one product of the price list. It fills one column of the price file, or several if it has tiers.
type component struct {
	column    string  // for a product with tiers, the column of the first tier
	group     string  // attributes.group, to which arm64 adds -ARM
	low, high float64 // plausible prices, in any currency
	tiered    bool
}

// components lists the products. The plausible prices run from a tenth to ten times the prices of 2026, including those
// in CNY. A price outside its band belongs to another product or is in another unit.
func components() []component {
	return []component{
		{column: "request", group: "AWS-Lambda-Requests", low: 1e-8, high: 2e-5},
		{column: "duration_1", group: "AWS-Lambda-Duration", low: 1e-6, high: 2e-3, tiered: true},
		{column: "provisioned", group: "AWS-Lambda-Provisioned-Concurrency", low: 3e-7, high: 5e-4},
		{column: "provisioned_duration", group: "AWS-Lambda-Duration-Provisioned", low: 7e-7, high: 1e-3},
		{column: "ephemeral", group: "AWS-Lambda-Storage-Duration", low: 3e-9, high: 5e-6},
	}
}

// A row is one line of the price file: the value of each column.
type row map[string]string

func (r row) key() string { return r["region"] + " " + r["arch"] }

var columns = configs.PriceColumns()

// run updates the price file old from files of the price list, and writes the result to out.
func run(old string, files []string, out *bytes.Buffer) error {
	comments, rows, err := read(old)
	if err != nil {
		return err
	}
	sources := map[string]string{}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		var o offer
		if err := json.Unmarshal(data, &o); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		date, _, ok := strings.Cut(o.PublicationDate, "T")
		if !ok {
			return fmt.Errorf("%s: the publication date %q is not a timestamp", name, o.PublicationDate)
		}
		source := "price-list-" + date
		sources[source] = date
		for _, fresh := range o.rows() {
			if err := update(rows, fresh, date, source); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	out.WriteString(comments)
	for _, source := range slices.Sorted(maps.Keys(sources)) {
		line := fmt.Sprintf("#   %s: AWS's public price list, published %s\n", source, sources[source])
		if !strings.Contains(comments, line) {
			out.WriteString(line)
		}
	}
	out.WriteString(strings.Join(columns, ",") + "\n")
	keys := slices.Collect(maps.Keys(rows))
	slices.SortFunc(keys, func(x, y string) int { // by Region, x86_64 first
		return cmp.Or(cmp.Compare(rows[x]["region"], rows[y]["region"]), cmp.Compare(rows[y]["arch"], rows[x]["arch"]))
	})
	for _, key := range keys {
		values := make([]string, len(columns))
		for i, column := range columns {
			values[i] = rows[key][column]
		}
		out.WriteString(strings.Join(values, ",") + "\n")
	}
	_, err = configs.ReadPrices(bytes.NewReader(out.Bytes()))
	return err
}

// read returns the comments and the rows of a price file. The rows are keyed by row.key.
func read(name string) (comments string, rows map[string]row, err error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return "", nil, err
	}
	if _, err := configs.ReadPrices(bytes.NewReader(data)); err != nil {
		return "", nil, fmt.Errorf("%s: %w", name, err)
	}
	rows = map[string]row{}
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "#") {
			comments += line + "\n"
			continue
		}
		values := strings.Split(line, ",") // no value contains a comma
		if values[0] == columns[0] || len(values) != len(columns) {
			continue
		}
		r := row{}
		for i, column := range columns {
			r[column] = values[i]
		}
		rows[r.key()] = r
	}
	return comments, rows, nil
}

// update replaces the prices in the old row with those of a fresh row. A price that moved by more than half is an
// error, so that a person looks at it first.
func update(rows map[string]row, fresh row, date, source string) error {
	if fresh["fault"] != "" {
		return errors.New(fresh["fault"])
	}
	was, ok := rows[fresh.key()]
	if !ok {
		was = row{"region": fresh["region"], "arch": fresh["arch"]}
		rows[fresh.key()] = was
	}
	for column, value := range fresh {
		before, err := strconv.ParseFloat(was[column], 64)
		after, _ := strconv.ParseFloat(value, 64)
		if err == nil && was["currency"] == fresh["currency"] && after > 0 && math.Abs(after-before) > before/2 {
			return fmt.Errorf("%s: %s moved from %s to %s; change the old file by hand if that is true",
				fresh.key(), column, was[column], value)
		}
		was[column] = value
	}
	was["as_of"] = max(was["as_of"], date)
	if !slices.Contains(strings.Fields(was["sources"]), source) {
		was["sources"] = strings.TrimSpace(source + " " + was["sources"])
	}
	return nil
}

// rows returns the prices of an offer, one row for each Region and instruction set. If a row has a mistake, its "fault"
// column describes the first one.
func (o offer) rows() []row {
	byKey := map[string]row{}
	for _, sku := range slices.Sorted(maps.Keys(o.Products)) {
		attributes := o.Products[sku].Attributes
		for _, c := range components() {
			for _, arch := range []string{"x86_64", "arm64"} {
				group := c.group
				if arch == "arm64" {
					group += "-ARM"
				}
				if attributes.Group != group || attributes.RegionCode == "" {
					continue
				}
				r := byKey[attributes.RegionCode+" "+arch]
				if r == nil {
					r = row{"region": attributes.RegionCode, "arch": arch}
					byKey[r.key()] = r
				}
				if err := o.price(r, c, sku); err != nil && r["fault"] == "" {
					r["fault"] = fmt.Sprintf("%s: %s: %v", r.key(), group, err)
				}
			}
		}
	}
	// Requests cost the same on both instruction sets: if arm64 has no group for them, the price of x86_64 applies.
	for _, r := range byKey {
		x86 := byKey[r["region"]+" x86_64"]
		if r["arch"] == "arm64" && r["request"] == "" && x86 != nil && x86["request"] != "" {
			r["request"] = x86["request"]
		}
	}
	var list []row
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		list = append(list, byKey[key])
	}
	return list
}

// price copies the price of a product into a row: one column, or duration_1 to duration_3 and tier_bounds.
func (o offer) price(r row, c component, sku string) error {
	type tier struct {
		from  float64
		to    string
		price string
	}
	var tiers []tier
	for _, term := range o.Terms.OnDemand[sku] {
		for _, d := range term.PriceDimensions {
			if len(d.PricePerUnit) != 1 {
				return fmt.Errorf("%d currencies instead of one", len(d.PricePerUnit))
			}
			for currency, text := range d.PricePerUnit {
				price, err := strconv.ParseFloat(text, 64)
				from, err2 := strconv.ParseFloat(d.BeginRange, 64)
				switch {
				case err != nil || err2 != nil:
					return fmt.Errorf("%q from %q is not a price", text, d.BeginRange)
				case price == 0:
					continue // the free tier: the Chinese Regions list it as a tier of its own
				case !(price >= c.low && price <= c.high):
					return fmt.Errorf("%s %s is outside the band from %g to %g", text, currency, c.low, c.high)
				case r["currency"] != "" && r["currency"] != currency:
					return fmt.Errorf("%s beside %s", currency, r["currency"])
				}
				r["currency"] = currency
				tiers = append(tiers, tier{from, d.EndRange, strings.TrimRight(text, "0")})
			}
		}
	}
	slices.SortFunc(tiers, func(x, y tier) int { return cmp.Compare(x.from, y.from) })
	switch {
	case len(tiers) == 0:
		return nil
	case r[c.column] != "" && r[c.column] != tiers[0].price:
		return fmt.Errorf("two prices, %s and %s", r[c.column], tiers[0].price)
	case !c.tiered && len(tiers) > 1:
		return fmt.Errorf("%d tiers instead of one price", len(tiers))
	case len(tiers) > 3:
		return fmt.Errorf("%d tiers, more than three", len(tiers))
	}
	if !c.tiered {
		r[c.column] = tiers[0].price
		return nil
	}
	bounds := []string{}
	for i := range 3 {
		r["duration_"+strconv.Itoa(i+1)] = ""
		if i < len(tiers) {
			r["duration_"+strconv.Itoa(i+1)] = tiers[i].price
			if i < len(tiers)-1 {
				bounds = append(bounds, tiers[i].to)
			}
		}
	}
	r["tier_bounds"] = strings.Join(bounds, " ")
	if len(bounds) == 0 {
		r["tier_bounds"] = "flat"
	}
	return nil
}
