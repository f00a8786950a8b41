package format

import (
	"fmt"
	"math"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
)

// usd shows an amount, from a million on without cents, so that a row fits.
func usd(amount float64) cell {
	text := calc.FormatUSD(amount)
	if amount >= 1e6 {
		text = calc.FormatCount(int64(math.Round(amount)))
	}
	return cell{text: text}
}

// costSection shows what the functions cost in a month, and the account: with
// the settings as they are, steady and by chance, and for a plan as recommended.
// It is empty where nothing is priced.
func costSection(in *InputCost, account calc.Optional[calc.AccountCost], rows []calc.FunctionSpill, plans []calc.FunctionPlan, total calc.Optional[calc.AccountCost]) section {
	now, ok := account.Get()
	if in == nil || !ok {
		return section{}
	}
	t := &table{columns: []column{
		{"Function", true}, {"Capacity", false}, {"Running", false}, {"Now", false}, {"Now, by\nchance", false}, {"All on\ndemand", false}, {"As\nadvised", false},
	}}
	const chanceColumn, advisedColumn = 4, 6
	var prices []string
	add := func(label cell, x calc.Cost, chance, advised calc.Optional[float64]) {
		running := calc.Optional[float64]{}
		if total, ok := x.Total.Get(); ok {
			running = calc.Some(total - x.ProvisionedCapacity.Or(0))
		}
		t.add(label, maybe(x.ProvisionedCapacity, usd), maybe(running, usd), maybe(x.Total, usd), maybe(chance, usd), maybe(x.AllOnDemand, usd), maybe(advised, usd))
	}
	random, priced := false, false
	for i := range rows {
		x, ok := rows[i].Cost.Get()
		if !ok {
			continue
		}
		priced = priced || x.Total.Known() || x.ProvisionedCapacity.Known()
		chance := rows[i].Chance.Or(calc.Chance{}).Cost.Or(calc.Cost{}).Total
		random = random || chance.Known()
		advised := calc.Optional[float64]{}
		if plans != nil {
			advised = plans[i].Cost.Or(calc.Cost{}).Total
		}
		add(name(rows[i].Name, 12), x, chance, advised)
		if len(prices) < shownFindings {
			prices = append(prices, breakEvenWords(rows[i].Name, x))
		}
	}
	if !priced {
		return section{}
	}
	if len(rows) > 1 {
		add(word(accountRow), now.Cost, sum(rows), total.Or(calc.AccountCost{}).Total)
	}
	t.keep(func(i int) bool { return (i != chanceColumn || random) && (i != advisedColumn || plans != nil) })
	s := section{title: fmt.Sprintf("Cost in US dollars, a month of %s h", calc.FormatNumber(in.Hours)), table: t}
	for _, text := range prices {
		if text != "" {
			s.lines = append(s.lines, line{text: text})
		}
	}
	s.lines = append(s.lines, line{text: priceWords(in, now.Prices)})
	return s
}

// sum is what all functions cost by chance, where that is known of all.
func sum(rows []calc.FunctionSpill) calc.Optional[float64] {
	all := 0.0
	for i := range rows {
		x, ok := rows[i].Chance.Or(calc.Chance{}).Cost.Or(calc.Cost{}).Total.Get()
		if !ok {
			return calc.Optional[float64]{}
		}
		all += x
	}
	return calc.Some(all)
}

// optimizeSection shows the points of the curve of costs that matter.
func optimizeSection(in *InputPlan, plans []calc.FunctionPlan) section {
	t := &table{columns: []column{
		{"Function", true}, {"Point", true}, {"Provisioned\nunits", false}, {"Spilled\nby chance", false}, {"Penalty\nUSD/month", false}, {"All of it\nUSD/month", false},
	}}
	const penaltyColumn = 4
	for i := range plans {
		x, ok := plans[i].Optimize.Get()
		if !ok {
			continue
		}
		label := name(plans[i].Name, nameWidth)
		for _, p := range x.Points {
			point := word(string(p.Name))
			if p.Name == calc.PointCheapest {
				point.tone = good
			}
			t.add(label, point, count(p.Provisioned), maybe(p.SpilloverRatio, chance), usd(p.Penalty), usd(p.Total))
			label = cell{}
		}
	}
	if len(t.rows) == 0 {
		return section{}
	}
	t.keep(func(i int) bool { return in.SpillPenaltyUSD > 0 || i != penaltyColumn })
	words := []string{"Requests arrive at random."}
	switch {
	case in.SpillPenaltyUSD > 0:
		words = append(words, "Each one that is served on demand pays the penalty.")
	case !in.TargetSpilloverRatio.Known():
		words = append(words, "A unit more pays for itself while it is busy for more than the break-even.")
	default:
		words = append(words, "The cheapest is that which meets the target.")
	}
	if in.SpillPenaltyUSD == 0 {
		words = append(words, "What a slow answer is worth is not in it, see --spill-penalty.")
	}
	text := strings.Join(words, " ")
	return section{title: "Cheapest provisioned concurrency", table: t, lines: []line{{text: text}}}
}

// scheduleSection shows the cheapest way through the day, and the lines that make
// it.
func scheduleSection(plans []calc.FunctionPlan) section {
	t := &table{columns: []column{{"Function", true}, {"From\nh UTC", false}, {"To\nh UTC", false}, {"Provisioned\nunits", false}, {"All of it\nUSD/day", false}, {"All of it\nUSD/month", false}}}
	var lines []line
	for i := range plans {
		p := &plans[i]
		x, ok := p.Optimize.Or(calc.Optimization{}).Schedule.Get()
		if !ok || len(x.Segments) < 2 {
			continue // the cheapest point says it
		}
		label, day, month := name(p.Name, nameWidth), usd(x.TotalDay), usd(x.TotalMonth)
		for _, s := range x.Segments {
			t.add(label, number(float64(s.From)), number(float64(s.To)), count(s.Provisioned), day, month)
			label, day, month = cell{}, cell{}, cell{}
		}
		var hourly []string
		for _, h := range p.Optimize.Or(calc.Optimization{}).Hourly {
			hourly = append(hourly, calc.FormatCount(h.Provisioned))
		}
		lines = append(lines, line{text: p.Name + ": the cheapest level of each hour by itself: " + strings.Join(hourly, " ")},
			line{text: p.Name + ": increases begin earlier, by the time in which the units appear.", code: x.Commands})
	}
	if len(t.rows) == 0 {
		return section{}
	}
	return section{title: "Cheapest schedule", table: t, lines: lines}
}

// breakEvenWords says whether provisioned concurrency pays off.
func breakEvenWords(name string, x calc.Cost) string {
	busy, provisioned := x.UtilizationRatio.Get()
	if !provisioned || !x.Total.Known() {
		return ""
	}
	even, pays := x.BreakEvenUtilizationRatio.Get()
	text := name + ": provisioned concurrency is " + calc.FormatPercent(busy) + " busy; it costs less than on-demand "
	if !pays {
		text += "at no utilization here."
	} else {
		text += "above " + calc.FormatPercent(even) + "."
	}
	if idle, ok := x.Idle.Get(); ok {
		text += " Idle capacity: " + calc.FormatUSD(idle) + " a month."
	}
	return text
}

// priceWords says what the amounts rest on.
func priceWords(in *InputCost, prices []calc.Price) string {
	var of []string
	for _, p := range prices {
		of = append(of, fmt.Sprintf("%s on %s as of %s", p.Region, p.Arch, p.AsOf))
	}
	text := "Running: duration, requests, ephemeral storage and init time. Throttled requests are free, queued ones are billed when they are served. "
	if in.FreeTier {
		text += "The free tier is taken off. "
	} else {
		text += "Without the free tier. "
	}
	return text + "Prices: " + strings.Join(of, ", ") + "."
}

// regionTable compares Regions.
func regionTable(regions []calc.RegionBreakEven) *table {
	t := &table{columns: []column{
		{"Region", true}, {"Set", true}, {"Break-even\nutilization", false}, {"On-demand\n/M GB-s", false}, {"Provisioned\n/M GB-s", false},
		{"Its duration\n/M GB-s", false},
	}}
	million := func(price float64) cell { return usd(price * 1e6) }
	for _, r := range regions {
		even := cell{"not known", dim}
		if ratio, ok := r.BreakEvenUtilizationRatio.Get(); ok {
			even = percent(ratio)
		} else if r.Known() {
			even = cell{"never", warn}
		}
		region := word(r.Region)
		if r.Currency != "USD" {
			region.text += " " + r.Currency
		}
		t.add(region, word(string(r.Arch)), even, maybe(r.OnDemandDuration, million), maybe(r.Provisioned, million),
			maybe(r.ProvisionedDuration, million))
	}
	return t
}

// Signed writes a ratio that may be negative for people: +12.5%, -3%, 0%.
func Signed(ratio float64) string {
	if ratio == 0 {
		return "0%"
	}
	text := calc.FormatPercent(math.Abs(ratio))
	switch {
	case strings.HasPrefix(text, "<"):
		return text + map[bool]string{true: " more", false: " less"}[ratio > 0]
	case ratio > 0:
		return "+" + text
	}
	return "-" + text
}

// signedUSD writes an amount with its sign.
func signedUSD(amount float64) cell {
	switch {
	case math.Abs(amount) < 0.005:
		return cell{"0.00", dim}
	case amount > 0:
		return cell{"+" + calc.FormatUSD(amount), warn}
	}
	return cell{"-" + calc.FormatUSD(-amount), good}
}

// baselineSection shows what changed against the baseline: the functions whose
// cost did, those that are gone, and the account.
func baselineSection(account calc.Optional[calc.Comparison], removed []calc.Removed, functions int, function func(i int) (string, calc.Optional[calc.Comparison])) section {
	all, ok := account.Get()
	if !ok {
		return section{}
	}
	t := &table{columns: []column{{"Function", true}, {"Before\nUSD/month", false}, {"After\nUSD/month", false}, {"Delta\nUSD/month", false}, {"Delta", false}}}
	add := func(label cell, c calc.Comparison) {
		t.add(label, usd(c.Before), usd(c.After), signedUSD(c.Delta), maybe(c.DeltaRatio, func(x float64) cell { return word(Signed(x)) }))
	}
	for i := range functions {
		label, o := function(i)
		if c, ok := o.Get(); ok && math.Abs(c.Delta) >= 0.005 {
			add(name(label, nameWidth), c)
		}
	}
	for i, r := range removed {
		if i == shownFindings && len(removed) > i+1 {
			rest := 0.0
			for _, r := range removed[i:] {
				rest += r.Before
			}
			add(word(fmt.Sprintf("%d more (gone)", len(removed)-i)), calc.Compare(rest, 0))
			break
		}
		label := name(r.Name, nameWidth)
		label.text += " (gone)"
		add(label, calc.Compare(r.Before, 0))
	}
	add(word(accountRow), all)
	return section{title: "Cost against the baseline", table: t}
}
