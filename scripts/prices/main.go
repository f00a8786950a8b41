// Prices makes configs/prices.csv from files of AWS's public price list, one for
// each Region, as scripts/update-prices.sh downloads them:
//
//	go run ./scripts/prices OLD.csv REGION.json... > NEW.csv
//
// Rows of Regions without a file, and prices that a file does not have, stay as
// they are in the old file.
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

// An offer is a file of the price list, as far as it matters.
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

// A dimension is a price with the range of quantities that it holds for.
type dimension struct {
	BeginRange, EndRange string
	PricePerUnit         map[string]string
}

// A component is a column of the file, or several for the tiers.
type component struct {
	column    string  // the first of its tiers
	group     string  // attributes.group, to which arm64 adds -ARM
	low, high float64 // the sanity band, in any currency
	tiered    bool
}

// components names the products. The bands are ten times around the prices of
// 2026 and those in CNY: what lies outside is another product, or another unit.
func components() []component {
	return []component{
		{column: "request", group: "AWS-Lambda-Requests", low: 1e-8, high: 2e-5},
		{column: "duration_1", group: "AWS-Lambda-Duration", low: 1e-6, high: 2e-3, tiered: true},
		{column: "provisioned", group: "AWS-Lambda-Provisioned-Concurrency", low: 3e-7, high: 5e-4},
		{column: "provisioned_duration", group: "AWS-Lambda-Duration-Provisioned", low: 7e-7, high: 1e-3},
		{column: "ephemeral", group: "AWS-Lambda-Storage-Duration", low: 3e-9, high: 5e-6},
	}
}

// A row is a line of the file by column.
type row map[string]string

func (r row) key() string { return r["region"] + " " + r["arch"] }

var columns = configs.PriceColumns()

// run writes the new file.
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
			return fmt.Errorf("%s: the publication date %q is no time", name, o.PublicationDate)
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
		if line := fmt.Sprintf("#   %s: AWS's public price list, published %s\n", source, sources[source]); !strings.Contains(comments, line) {
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

// read returns the comments of a price file, and its rows.
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
		values := strings.Split(line, ",") // no value has a comma
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

// update puts the prices that a fresh row has over those of the file. A price
// that moved by more than half is an error: such a thing is looked at first.
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
			return fmt.Errorf("%s: %s moved from %s to %s; change the old file by hand if that is true", fresh.key(), column, was[column], value)
		}
		was[column] = value
	}
	was["as_of"] = max(was["as_of"], date)
	if !slices.Contains(strings.Fields(was["sources"]), source) {
		was["sources"] = strings.TrimSpace(source + " " + was["sources"])
	}
	return nil
}

// rows returns the prices of an offer, by Region and instruction set. What is
// wrong with a row stands in it as its fault.
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
	// Requests have one price; where arm64 has no group for them, x86_64's holds.
	for key, r := range byKey {
		if x86 := byKey[r["region"]+" x86_64"]; strings.HasSuffix(key, "arm64") && r["request"] == "" && x86 != nil && x86["request"] != "" {
			r["request"] = x86["request"]
		}
	}
	var list []row
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		list = append(list, byKey[key])
	}
	return list
}

// price puts the price of a product into a row.
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
					return fmt.Errorf("%q from %q is no price", text, d.BeginRange)
				case price == 0:
					continue // the free tier, which China lists as a tier
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
	slices.SortFunc(tiers, func(x, y tier) int { return int(math.Copysign(1, x.from-y.from)) })
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
