package configs_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/configs"
)

// TestPrices checks the embedded file: every Region has a row for both instruction sets, and every row
// with prices has a date and sources.
func TestPrices(t *testing.T) {
	list, err := configs.Prices()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 82 {
		t.Errorf("%d rows instead of two for each of 38 Regions with prices, and 3 without", len(list))
	}
	var order []string
	for _, p := range list {
		order = append(order, p.Region)
		if p.Request.Known() && (p.AsOf == "" || p.Sources == "") {
			t.Errorf("%s on %s: prices without a date or a source", p.Region, p.Arch)
		}
		for i := 1; i < len(p.OnDemandDuration); i++ {
			if p.OnDemandDuration[i-1] < p.OnDemandDuration[i] {
				t.Errorf("%s on %s: tiers %v do not fall", p.Region, p.Arch, p.OnDemandDuration)
			}
		}
	}
	if !slices.IsSorted(order) {
		t.Error("the Regions are not in their order")
	}
	row := func(region string, arch calc.Arch) calc.Price {
		return list[slices.IndexFunc(list, func(p calc.Price) bool { return p.Region == region && p.Arch == arch })]
	}
	if p := row("us-east-1", calc.ARM); p.OnDemandDuration[1] != 0.0000120001 || p.TierBounds[1] != 18_750_000_000 ||
		p.TierBoundsAssumed || p.Provisioned.Or(0) != 0.0000033334 {
		t.Errorf("us-east-1 on arm64: %+v", p)
	}
	// The tier bounds that the Price List API gives for these Regions, effective 2026-09-01.
	read := strings.Fields("ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 " +
		"eu-central-1 eu-west-1 eu-west-2 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2")
	bounds := map[calc.Arch][]float64{calc.X86: {6e9, 15e9}, calc.ARM: {7.5e9, 18.75e9}}
	for _, p := range list {
		known := slices.Contains(read, p.Region)
		if known && (p.TierBoundsAssumed || p.AsOf != "2026-09-01" || !slices.Equal(p.TierBounds, bounds[p.Arch])) ||
			!known && len(p.OnDemandDuration) > 1 && !p.TierBoundsAssumed {
			t.Errorf("%s on %s: bounds %v, assumed %v, as of %s", p.Region, p.Arch, p.TierBounds, p.TierBoundsAssumed, p.AsOf)
		}
		without := []string{"eusc-de-east-1", "me-west-1", "sa-west-1"}
		if slices.Contains(without, p.Region) != p.Unpriced() {
			t.Errorf("%s on %s: unpriced %v", p.Region, p.Arch, p.Unpriced())
		}
	}
	if p := row("cn-northwest-1", calc.X86); p.Request.Known() || len(p.OnDemandDuration) != 0 || p.Currency != "CNY" {
		t.Errorf("cn-northwest-1 on x86_64: %+v", p)
	}
}

// TestReadPricesMark checks that a byte order mark, as written by spreadsheets, is not part of the header.
func TestReadPricesMark(t *testing.T) {
	file, err := os.ReadFile("prices.csv")
	if err != nil {
		t.Fatal(err)
	}
	plain, err := configs.ReadPrices(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	marked, err := configs.ReadPrices(io.MultiReader(strings.NewReader("\ufeff"), bytes.NewReader(file)))
	if err != nil || !reflect.DeepEqual(plain, marked) {
		t.Errorf("%v: %d rows, not %d", err, len(marked), len(plain))
	}
}

// TestReadPricesFaults checks that every fault names its line and what was expected.
func TestReadPricesFaults(t *testing.T) {
	const (
		header = "region,arch,currency,request,duration_1,duration_2,duration_3,tier_bounds," +
			"provisioned,provisioned_duration,ephemeral,as_of,sources\n"
		good = "us-east-1,x86_64,USD,0.0000002,0.0000166667,,,flat,0.0000041667,0.0000097222,0.0000000309,2026-05-07,a\n"
	)
	if list, err := configs.ReadPrices(strings.NewReader("# a comment\n" + header + good)); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	for text, want := range map[string]string{
		"":                                "1: the file is empty",
		"region,arch\n":                   "1: the first line is not the header",
		header + good + good:              "3: duplicate row for us-east-1 x86_64, first in line 2",
		header + "us-east-1,x86_64,USD\n": "2: has 3 values; expected 13",
		header + strings.Replace(good, "x86_64", "x86", 1):             `2: arch: "x86" is not known`,
		header + strings.Replace(good, "USD", "usd", 1):                `2: currency: "usd" is not a currency`,
		header + strings.Replace(good, "0.0000002", "-1", 1):           `2: request: "-1" is not a price`,
		header + strings.Replace(good, "0.0000002", "NaN", 1):          `2: request: "NaN" is not a price`,
		header + strings.Replace(good, "0.0000002", "0.2", 1):          `2: request: "0.2" is not a price`,
		header + strings.Replace(good, "us-east-1", "", 1):             `2: region: is empty`,
		header + strings.Replace(good, ",,,flat", ",0.00001,,flat", 1): `2: tier_bounds: flat, with 2 tiers`,
		header + strings.Replace(good, ",,,flat", ",,0.00001,", 1):     `2: duration_3: the tier before it is empty`,
		header + strings.Replace(good, ",,,flat", ",,,5 4", 1):         `2: tier_bounds: "5 4"`,
		header + strings.Replace(good, ",,,flat", ",0.00001,,5 6", 1):  `2: tier_bounds: 2 bounds for 2 tiers`,

		header + strings.NewReplacer("x86_64", "x86", ",,,flat", ",0.00001,,").Replace(good): `2: arch: "x86" is not known`,

		header + "\"us-east-1,x86_64\n": "expected comma-separated values",
	} {
		list, err := configs.ReadPrices(strings.NewReader(text))
		var faults configs.PriceFaults
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), want) || list != nil {
			t.Errorf("%q: %v, %v", text, list, err)
		}
	}
	_, err := configs.ReadPrices(strings.NewReader(header + strings.Repeat("x\n", 1000)))
	if faults, ok := err.(configs.PriceFaults); !ok || len(faults) != 20 {
		t.Errorf("a thousand faults: %v", err)
	}
}
