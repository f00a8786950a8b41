package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRun builds a price file from a recorded sample: the products of Tokyo as of September 2026, with the arm64 tiers
// out of order, as AWS listed them, and two products of Beijing, where China lists the free tier as a tier of its own.
func TestRun(t *testing.T) {
	offers := []string{"testdata/ap-northeast-1.json", "testdata/cn-north-1.json"}
	var out bytes.Buffer
	if err := run("../../configs/prices.csv", offers, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n#   price-list-2026-10-01: AWS's public price list, published 2026-10-01\nregion,arch,",
		"\nap-northeast-1,x86_64,USD,0.0000002,0.0000166667,0.000015,0.0000133334,6000000000 15000000000," +
			"0.0000053835,0.0000125615,0.000000037,2026-10-01,price-list-2026-10-01 nobleneet-2026-10 ",
		"\nap-northeast-1,arm64,USD,0.0000002,0.0000133334,0.0000120001,0.0000106667,7500000000 18750000000," +
			"0.0000043068,0.0000100492,0.000000037,2026-10-01,price-list-2026-10-01 nobleneet-2026-10 ",
		"\ncn-north-1,x86_64,CNY,0.00000136,0.000113477,,,flat,,,0.0000002303," +
			"2026-10-01,price-list-2026-10-01 infracost-china-golden\n",
		"\nus-east-1,x86_64,USD,0.0000002,0.0000166667,", // untouched
		"\nme-west-1,x86_64,,,,,,,,,,,\nme-west-1,arm64,,,,,,,,,,,\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q", want)
		}
	}
	// A second run changes nothing.
	file := filepath.Join(t.TempDir(), "prices.csv")
	if err := os.WriteFile(file, out.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := run(file, offers, &again); err != nil || again.String() != out.String() {
		t.Errorf("a second run: %v", err)
	}
}

// TestRefused checks that implausible data stops the run with an error that names it.
func TestRefused(t *testing.T) {
	sample, err := os.ReadFile("testdata/ap-northeast-1.json")
	if err != nil {
		t.Fatal(err)
	}
	const (
		outside = "ap-northeast-1 x86_64: AWS-Lambda-Duration-Provisioned: 0.0125615000 USD is outside the band"
		moved   = "ap-northeast-1 arm64: provisioned moved from 0.0000043068 to 0.0000143068"
	)
	for change, want := range map[[2]string]string{
		{"0.0000125615", "0.0125615000"}:                        outside,
		{"0.0000043068", "0.0000143068"}:                        moved,
		{`"USD": "0.0000125615"`, `"EUR": "0.0000125615"`}:      "EUR beside USD",
		{`"USD": "0.0000125615"`, `"USD": "twelve"`}:            `"twelve" from "0" is not a price`,
		{"2026-10-01T00:00:00Z", "yesterday"}:                   `the publication date "yesterday" is not a timestamp`,
		{`"products"`, `"products": {`}:                         "invalid character",
		{"AWS-Lambda-SnapStart-Restore", "AWS-Lambda-Requests"}: "outside the band",
	} {
		file := filepath.Join(t.TempDir(), "sample.json")
		if err := os.WriteFile(file, []byte(strings.Replace(string(sample), change[0], change[1], 1)), 0o666); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		err := run("../../configs/prices.csv", []string{file}, &out)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", change, err, want)
		}
	}
}
