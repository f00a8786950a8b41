// Package gate decides whether a run fails: it reads the conditions of --fail-on and judges an answer by them.
package gate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/drain"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/ramp"
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// A Gate says what makes a run fail, besides errors.
type Gate struct {
	// Unnamed says that the only function has no name that messages could use.
	Unnamed bool

	levels     []level
	conditions []condition
}

// Refused is a word of --fail-on that stands beside the levels of findings: AWS does not accept the settings.
const Refused rule.Level = "refused"

// A level is a level of findings that makes a run fail, or Refused.
type level struct {
	label string // where it was given: --fail-on, or the variable
	rule.Level
}

// Levels lists the levels whose findings make the run fail, and Refused.
func (g *Gate) Levels() (levels []rule.Level) {
	for _, l := range g.levels {
		levels = append(levels, l.Level)
	}
	return levels
}

// A condition compares a measure with a bound.
type condition struct {
	label   string // where it was given: --fail-on, or the variable
	text    string
	measure measure
	sign    string
	bound   float64
}

// Examples lists a condition for each measure.
func Examples() (examples []string) {
	for _, m := range measures() {
		examples = append(examples, m.example)
	}
	return examples
}

// Add reads a condition, or one of the levels that are allowed. label is what messages call the place where it was
// given.
func (g *Gate) Add(label, text string, levels []rule.Level) error {
	if word := rule.Level(strings.TrimSpace(text)); slices.Contains(levels, word) {
		g.levels = append(g.levels, level{label, word})
		return nil
	}
	c, err := parse(text, levels)
	if err != nil {
		return err
	}
	c.label = label
	g.conditions = append(g.conditions, c)
	return nil
}

// Conditional reports whether there are conditions to judge an answer by.
func (g *Gate) Conditional() bool { return len(g.conditions) > 0 }

var errNoAmount = errors.New("does not compare with an amount")

// IsBare reports whether a text is a measure that needs no amount: throttled stands for throttled>0.
func IsBare(text string) bool {
	return slices.ContainsFunc(measures(), func(m measure) bool { return m.bare && m.name == strings.TrimSpace(text) })
}

// legal says how a condition is written, and which levels may stand in place of one.
func legal(levels []rule.Level) string {
	words := []string{"a condition such as 'spillover>1%'"}
	for _, l := range levels {
		words = append(words, string(l))
	}
	return suggest.OneOf(words)
}

// parse reads a condition.
func parse(text string, levels []rule.Level) (condition, error) {
	invalid := func(problem string) (condition, error) {
		return condition{}, &quantity.ValueError{Text: text, Problem: problem, Legal: legal(levels)}
	}
	name, sign, value := split(text)
	list := measures()
	i := slices.IndexFunc(list, func(m measure) bool { return m.name == name })
	switch {
	case i < 0 && sign == "":
		return invalid("is not a condition" + meant(name, levels))
	case i < 0:
		return invalid("has an unknown measure" + meant(name, nil))
	case sign == "" && !list[i].bare:
		return condition{}, fmt.Errorf("%q compares with nothing; expected a condition such as '%s', in quotes: "+
			"without them the shell takes < and > for itself", text, list[i].example)
	case sign == "":
		sign, value = ">", "0"
	}
	if strings.TrimSpace(value) == "" {
		return condition{}, fmt.Errorf("%q lacks a number after %s; expected a condition such as '%s'",
			text, sign, list[i].example)
	}
	c := condition{text: strings.TrimSpace(text), measure: list[i], sign: sign}
	var err error
	c.bound, err = c.measure.bound(strings.TrimSpace(value))
	switch {
	case errors.Is(err, errNoAmount) && strings.HasSuffix(text, "%"):
		delta := name + "-delta"
		if !slices.ContainsFunc(list, func(m measure) bool { return m.name == delta }) {
			return condition{}, fmt.Errorf("%q compares an amount with a share; expected %s", text, list[i].example)
		}
		return condition{}, fmt.Errorf("%q compares an amount with a share; did you mean %s?",
			text, strings.Replace(c.text, name, delta, 1))
	case errors.Is(err, errNoAmount):
		return invalid(err.Error())
	case err != nil:
		return condition{}, fmt.Errorf("%q: %w", text, err)
	case c.measure.isShare && (sign == ">" && c.bound >= 1 || sign == "<" && c.bound <= 0):
		return invalid("can never hold, a share is from 0% to 100%")
	}
	return c, nil
}

// split divides a condition into a name, a sign and a value. Without a sign, all of it is the name.
func split(text string) (name, sign, value string) {
	at := strings.IndexAny(text, "<>")
	if at < 0 {
		return strings.TrimSpace(text), "", ""
	}
	name, sign, value = strings.TrimSpace(text[:at]), text[at:at+1], text[at+1:]
	if strings.HasPrefix(value, "=") {
		sign, value = sign+"=", value[1:]
	}
	return name, sign, value
}

// meant says which measure or level is near to a name.
func meant(name string, levels []rule.Level) string {
	var names []string
	for _, m := range measures() {
		names = append(names, m.name)
	}
	for _, l := range levels {
		names = append(names, string(l))
	}
	return suggest.Meant(name, names)
}

// compare reports whether the condition holds for a value. Rounding errors do not count: 1 - 0.8 is
// 0.19999999999999996, and not below 20 %.
func (c condition) compare(value float64) bool {
	switch c.sign {
	case ">":
		return calc.Exceeds(value, c.bound)
	case ">=":
		return !calc.Exceeds(c.bound, value)
	case "<":
		return calc.Exceeds(c.bound, value)
	default:
		return !calc.Exceeds(value, c.bound)
	}
}

// worse reports whether a value is further beyond the bound than another.
func (c condition) worse(value, than float64) bool {
	if c.sign[0] == '>' {
		return value > than
	}
	return value < than
}

// An Answer holds what conditions compare.
type Answer struct {
	// Functions are the splits of all functions; for a sweep, those at every point.
	Functions []calc.FunctionSpill
	// Costs are the costs of the account; for a sweep, one for each point.
	Costs []calc.Optional[calc.AccountCost]
	// CostLacks names the inputs that are missing if a cost is not known.
	CostLacks string
	// Baseline compares the cost with an earlier one.
	Baseline calc.Optional[calc.Comparison]
	// Compared says that a baseline is given.
	Compared bool
	// Accounts are the units of the account; for a sweep, those at every point.
	Accounts []calc.AccountResult
	// Scaled says that the answer also shows the account at other loads, which no condition is about.
	Scaled bool
	// Findings are the findings of the answer.
	Findings []calc.Finding
	// Differences compare the account and each function with those of another variant; nil if there is none.
	Differences []calc.Difference

	// Replayed are the functions and the sums of a replay; nil for other answers.
	Replayed *replay.Result
	// Ramps are the functions of a ramp, in place of Functions; nil for other answers.
	Ramps []ramp.Function
	// Drains are the queues of drain, in place of Functions; nil for other answers.
	Drains []drain.Function

	unnamed bool // the only function has no name that messages could use
}

// ofFunction begins what messages add about the function that they are about.
const ofFunction = " (function "

// costLacks names the inputs that are missing for the cost of an account.
func costLacks(region string, found []calc.Finding) string {
	if region == "" {
		return "a Region (--region), memory and a duration"
	}
	if what, function := calc.CostLacks(found); what != "" {
		return what + ofFunction + function + ")"
	}
	return "the cold starts, which are not computed for bursts" // an init time is given
}

// A Holding is a condition or a level that holds, so that the run fails.
type Holding struct {
	// Where is where it was given: --fail-on, or the variable.
	Where string
	// Condition is what was given: cost-delta>10%.
	Condition string
	// Why says what it holds for.
	Why string
}

// String names the condition, where it was given, and why it holds.
func (h Holding) String() string { return fmt.Sprintf("%s %q holds: %s", h.Where, h.Condition, h.Why) }

// Said returns the condition and why it holds, in the words of an answer.
func (h Holding) Said() string { return h.Condition + ": " + h.Why }

// Judge says which conditions hold. It returns an error if one of them cannot be decided: that is wrong usage and not a
// pass, since a gate that compares nothing guards nothing.
func (g *Gate) Judge(a Answer) (holding []Holding, err error) {
	var undecided []string
	if a.unnamed = g.Unnamed; a.unnamed {
		a.CostLacks, _, _ = strings.Cut(a.CostLacks, ofFunction)
	}
	if a.Compared && !a.Baseline.Known() {
		problem := "--baseline: the cost is unknown without " + a.CostLacks + "; give it, or no baseline"
		undecided = append(undecided, problem)
	}
	for _, c := range g.conditions {
		holds, problem := c.judge(a)
		if holds != "" {
			holding = append(holding, Holding{c.label, c.text, holds})
		}
		if problem != "" {
			undecided = append(undecided, fmt.Sprintf("%s %q: %s", c.label, c.text, problem))
		}
	}
	if len(undecided) > 0 {
		return nil, &exit.Error{Code: exit.Usage, Message: strings.Join(undecided, "\n")}
	}
	return holding, nil
}

// judge compares the figures of an answer. The worst figure for which the condition holds decides. Only if it holds for
// none does it matter that a figure is not known.
func (c condition) judge(a Answer) (holds, problem string) {
	if c.measure.replay && a.Replayed == nil {
		return "", c.measure.name + " is a measure of lambdacap replay and plan --traffic; drop the condition"
	}
	if c.measure.steady && a.Replayed != nil {
		return "", "recorded traffic has no " + c.measure.name + "; drop the condition"
	}
	var worst *figure
	known := false
	figures := c.measure.of(a)
	for i := range figures {
		x := &figures[i]
		value, ok := x.value.Get()
		known = known || ok
		switch {
		case ok && c.compare(value) && (worst == nil || c.worse(value, worst.value.Or(0))):
			worst = x
		case !ok && problem == "":
			problem = x.undecided
		}
	}
	switch {
	case worst != nil:
		return c.measure.holds(*worst, c.bound), ""
	case problem != "":
		return "", problem
	case !known && c.measure.none != "":
		return "", c.measure.none + ", or drop the condition"
	}
	return "", ""
}

// JudgeLevels says which levels hold for the findings of a calculation. A finding counts at the level that the answer
// shows, and at the one that a check gives to its rule: what check takes for an error is a warning in a calculation,
// which answers all the same.
func (g *Gate) JudgeLevels(a Answer) (holding []Holding) {
	for _, l := range g.levels {
		holds := l.holds(a)
		if holds != "" {
			holding = append(holding, Holding{l.label, string(l.Level), holds})
		}
	}
	return holding
}

// holds says what makes a run fail at the level; it is empty if nothing does.
func (l level) holds(a Answer) string {
	if l.Level == Refused {
		i := slices.IndexFunc(a.Accounts, calc.AccountResult.Refused)
		if i < 0 {
			return ""
		}
		return fmt.Sprintf("%s of %s units are set aside, and AWS accepts at most %s",
			quantity.FormatCount(a.Accounts[i].SetAside()), quantity.FormatCount(a.Accounts[i].Concurrency),
			quantity.FormatCount(a.Accounts[i].MostSetAside()))
	}
	var ids []rule.ID
	count := map[rule.ID]int{}
	for _, f := range a.Findings {
		r, _ := rule.Find(check.Rules(), f.ID)
		if f.Level != l.Level && r.Level != l.Level {
			continue
		}
		if count[f.ID]++; count[f.ID] == 1 {
			ids = append(ids, f.ID)
		}
	}
	texts := make([]string, len(ids))
	for i, id := range ids {
		if texts[i] = string(id); count[id] > 1 {
			texts[i] += fmt.Sprintf(" (%d)", count[id])
		}
	}
	return strings.Join(texts, ", ")
}

// Err turns what holds into the run's error.
func Err(holding []Holding) error {
	if len(holding) == 0 {
		return nil
	}
	return &exit.Error{Code: exit.Failed, Message: strings.Join(Texts(holding, Holding.String), "\n")}
}

// Texts returns the texts of what holds.
func Texts(holding []Holding, text func(Holding) string) (texts []string) {
	for _, h := range holding {
		texts = append(texts, text(h))
	}
	return texts
}

// Of returns what conditions compare of a split, or of the points of its sweep.
func Of(region string, r calc.SpillResult) Answer {
	a := Answer{
		Functions: r.Functions,
		Costs:     []calc.Optional[calc.AccountCost]{r.Account.Cost},
		CostLacks: costLacks(region, r.Findings),
		Baseline:  r.Baseline,
		Accounts:  []calc.AccountResult{r.Account.AccountResult},
		Scaled:    len(r.Scale) > 0,
	}
	if r.Sweep == nil {
		return a
	}
	a.Functions, a.Costs, a.Accounts = nil, nil, nil
	for _, at := range r.Sweep {
		a.Accounts = append(a.Accounts, at.Account.AccountResult)
		a.Functions, a.Costs = append(a.Functions, at.Functions...), append(a.Costs, at.Account.Cost)
	}
	return a
}

// OfRamp returns what conditions compare of a ramp.
func OfRamp(r ramp.Result) Answer { return Answer{Ramps: r.Functions} }

// OfVariant returns what conditions compare of the last of several variants, and how it differs from the first. plan is
// its plan.
func OfVariant(plan calc.PlanResult, compared calc.CompareResult) Answer {
	a := Of(plan.Planned.Region, plan.Split())
	a.Differences = []calc.Difference{}
	last := compared.Variants[len(compared.Variants)-1].Name
	for _, d := range compared.Differences {
		if d.Variant != last {
			continue
		}
		a.Differences = append(a.Differences, d)
		delta, known := d.Delta.Get()
		if known && d.Key == calc.KeyTotalUSD && !d.Function.Known() {
			a.Compared = true
			a.Baseline = calc.Some(calc.Comparison{
				Before: d.Before.Or(0), After: d.After.Or(0), Delta: delta, DeltaRatio: d.DeltaRatio,
			})
		}
	}
	return a
}
