package format_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/document"
	"github.com/lambdacap/lambdacap/format/page"
	"github.com/lambdacap/lambdacap/format/render"
)

// grown returns the answers of plan and spillover for a number of functions with long names and everything that can be
// set, as their load grows.
func grown(t *testing.T, n int, scale ...float64) map[string]format.Report {
	t.Helper()
	a := calc.Account{Concurrency: 20_000, Region: "us-east-1"}
	none := document.NewOrigin(nil, nil)
	in := document.Inputs{Plan: &document.InputPlan{Sizing: calc.DefaultSizing()}}
	for i := range n {
		f := calc.Function{
			Name: fmt.Sprintf("payments-service-%d-prod", i), RPS: calc.Some(float64(50 + 37*(i*13%29))),
			DurationMS: calc.Some(float64(40 + 11*(i%17))), MemoryMB: calc.Some[int64](512), Arch: calc.X86,
		}
		if i%3 == 0 {
			f.Provisioned = int64(5 + i%11)
		}
		if i%5 == 0 {
			f.Reserved = calc.Some(int64(20 + i%50))
		}
		if i%7 == 3 {
			f.Mode = calc.Async
		}
		a.Functions = append(a.Functions, f)
		in.Functions = append(in.Functions, document.NewInputFunction(f, calc.Some(f.Provisioned), none))
	}
	in.Account = document.NewInputAccount(a, none)
	month := calc.CostOptions{Billing: calc.Billing{Hours: 730}, Prices: []calc.Price{{
		Region: "us-east-1", Arch: calc.X86, Currency: "USD", AsOf: "2026-01-01", Request: calc.Some(2e-7),
		OnDemandDuration: []float64{0.0000166667}, Provisioned: calc.Some(0.0000041667),
		ProvisionedDuration: calc.Some(0.0000097222),
	}}}
	in.Cost = &document.InputCost{Billing: month.Billing}
	o := calc.SpillOptions{Chance: true, Cost: &month, Scale: scale}
	spill, err := calc.Spill(a, o)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := calc.Plan(a, calc.PlanOptions{SpillOptions: o, Sizing: calc.DefaultSizing()})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]format.Report{
		"spillover": format.Spillover(document.NewSpillover(in, spill, nil)),
		"plan":      format.Plan(document.NewPlan(in, plan, nil)),
	}
}

// show draws an answer as a table.
func show(t *testing.T, r format.Report, form string, width int, v page.View) string {
	t.Helper()
	var b bytes.Buffer
	o := format.Options{Format: form, View: v, Text: render.Options{Width: width}}
	if err := r.Write(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestScale checks that an answer fits a screen while it shows how the load grows, and that it counts the points that
// it leaves out.
func TestScale(t *testing.T) {
	points := regexp.MustCompile(`(?m)^ +[\d.]+x  [A-Z]+ `)
	others := regexp.MustCompile(`(?m)^and (\d+) more points?: -o wide$`)
	breaks := regexp.MustCompile(`(First breaks at|Spills from|Queues from|Throttles from) `)
	for _, n := range []int{1, 5, 12, 60} {
		for _, scale := range [][]float64{{2}, {1, 1.5, 2, 2.5, 3, 3.5, 4}} {
			for kind, r := range grown(t, n, scale...) {
				for width, most := range map[int]int{0: 23, 60: 29, 80: 23, 120: 23} {
					got := show(t, r, "table", width, page.View{})
					shown := len(points.FindAllString(got, -1))
					if m := others.FindStringSubmatch(got); m != nil {
						more, _ := strconv.Atoi(m[1])
						shown += more
					}
					if lines := strings.Count(got, "\n"); lines > most || shown != len(scale) ||
						!breaks.MatchString(got) {
						t.Errorf("%s of %d at width %d has %d lines and says %d of %d points:\n%s",
							kind, n, width, lines, shown, len(scale), got)
					}
				}
				if got := show(t, r, "wide", 80, page.View{}); len(points.FindAllString(got, -1)) != len(scale) {
					t.Errorf("the wide %s of %d has not all points:\n%s", kind, n, got)
				}
			}
		}
	}
}

// TestDetails checks that each section that is shown on demand fits a screen, with the verdict above it, or six more
// lines where the terminal is narrow; that what is left out is counted, and that --show all and -o wide leave out
// nothing.
func TestDetails(t *testing.T) {
	others := regexp.MustCompile(`(?m)^and ([\d,]+) more (rows?|changes?|findings?|functions?): -o wide$`)
	for _, n := range []int{1, 5, 12, 200} {
		for kind, r := range grown(t, n) {
			for _, detail := range page.Details() {
				ofTraffic := []string{page.ShowTraffic, page.ShowWorst, page.ShowChanges, page.ShowWays}
				ofPlans := []string{page.ShowCommands, page.ShowSettings}
				if detail == page.ShowAll || slices.Contains(ofTraffic, detail) ||
					kind == "spillover" && slices.Contains(ofPlans, detail) {
					continue
				}
				v := page.View{Quiet: true, Show: []string{detail}}
				for width, most := range map[int]int{60: 27, 80: 21, 120: 21} {
					sections := strings.Split(show(t, r, "table", width, v), "\n\n")[1:]
					if len(sections) == 0 {
						t.Errorf("%s of %d shows no %s", kind, n, detail)
					}
					for _, section := range sections {
						if lines := 1 + len(strings.Split(strings.TrimSpace(section), "\n")); lines > most {
							t.Errorf("%s of %d has %d lines of %s at width %d:\n%s", kind, n, lines, detail, width, section)
						}
					}
				}
				brief := show(t, r, "table", 80, v)
				if isCut := others.MatchString(brief); isCut != (n == 200 && detail != page.ShowAssumptions) && n != 12 {
					t.Errorf("%s of %d says %v that it cuts %s:\n%s", kind, n, isCut, detail, brief)
				}
				if whole := show(t, r, "wide", 80, v); others.MatchString(whole) {
					t.Errorf("the wide %s of %d leaves out rows of %s:\n%s", kind, n, detail, whole)
				}
			}
			split := show(t, r, "table", 0, page.View{Quiet: true, Show: []string{page.ShowSplit}})
			rows := strings.Count(split, "\n payments-")
			if m := others.FindStringSubmatch(split); m != nil {
				more, _ := strconv.Atoi(m[1])
				rows += more
			}
			if n > 1 && rows != n {
				t.Errorf("%d rows of %s are shown or counted, want %d:\n%s", rows, kind, n, split)
			}
			all := show(t, r, "table", 0, page.View{Quiet: true, Show: []string{page.ShowAll}})
			if last := fmt.Sprintf("\n payments-service-%d-prod ", n-1); n > 1 && strings.Count(all, last) < 4 ||
				others.MatchString(all) {
				t.Errorf("--show all of %s of %d leaves out functions:\n%s", kind, n, all)
			}
		}
	}
}
