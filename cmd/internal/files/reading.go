package files

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/calc"
)

// reading collects what a file says while it is read.
type reading struct {
	Contents
	options Options
	named   map[string]*Function
}

// function returns the function of a name, which the file may speak of before
// it declares it.
func (r *reading) function(name string, place calc.Place) *Function {
	if f := r.find(name); f != nil {
		return f
	}
	name = printable(name)
	f := &Function{Name: name, Deployment: &calc.Deployment{Place: place}}
	if r.named == nil {
		r.named = map[string]*Function{}
	}
	r.named[name] = f
	r.Functions = append(r.Functions, f)
	return f
}

// find returns the function of a name, or nil.
func (r *reading) find(name string) *Function { return r.named[printable(name)] }

// rename gives a function another name.
func (r *reading) rename(f *Function, name string) {
	delete(r.named, f.Name)
	f.Name = printable(name)
	r.named[f.Name] = f
}

// unknown notes a value that cannot be resolved. f is nil where the account is
// meant.
func (r *reading) unknown(f *Function, place calc.Place, what, why, remedy string) {
	u := calc.Unknown{What: printable(what), Why: printable(why), Remedy: printable(remedy), Place: place}
	if f != nil {
		u.Function = calc.Some(f.Name)
		if d := f.Deployment; d != nil && slices.Contains(reservedSettings, what) {
			d.Open = true
		}
	}
	r.Unknown = append(r.Unknown, u)
}

// An obstacle is why a value is not known.
type obstacle struct {
	why, remedy string
	// absent tells that nothing is there, so that the next source counts.
	absent bool
}

// reservedSettings is how files call a reservation.
var reservedSettings = []string{"ReservedConcurrentExecutions", "reserved_concurrent_executions", "reservedConcurrency"}

// open notes a value that an obstacle keeps from being known.
func (r *reading) open(f *Function, place calc.Place, what string, o *obstacle) {
	r.unknown(f, place, what, o.why, o.remedy)
}

// reserve sets the reserved concurrency.
func (f *Function) reserve(value string, place calc.Place) {
	units, ok := whole(value)
	if !ok || units < 0 {
		f.refuse(calc.FieldReserved, value, place)
		return
	}
	f.Reserved = calc.Some(units)
	f.Origins.Set(calc.FieldReserved, place)
}

// refuse notes a setting that is no number AWS takes.
func (f *Function) refuse(field calc.Field, value string, place calc.Place) {
	f.Deployment.Refused = append(f.Deployment.Refused, calc.Refused{Field: field, Text: shown(value), Place: place})
}

// allocate adds the provisioned concurrency of a version or an alias.
func (f *Function) allocate(qualifier, value string, place calc.Place) {
	units, ok := whole(value)
	if !ok {
		f.refuse(calc.FieldProvisioned, value, place)
		return
	}
	f.allocation(calc.Allocation{Qualifier: qualifier, Units: calc.Some(units), Place: place})
}

// observe says that the last allocation is what there is.
func (f *Function) observe() {
	if n := len(f.Deployment.Allocations); n > 0 {
		f.Deployment.Allocations[n-1].Observed = true
	}
}

// allocation adds an allocation.
func (f *Function) allocation(a calc.Allocation) {
	a.Qualifier = qualified(a.Qualifier)
	a.Version, a.Unnamed = isVersion(a.Qualifier), unnamed(a.Qualifier)
	f.Deployment.Allocations = append(f.Deployment.Allocations, a)
	f.provisionedAt(a.Place)
}

// provisionedAt remembers where provisioned concurrency is set first.
func (f *Function) provisionedAt(place calc.Place) {
	if !f.Origins.Of(calc.FieldProvisioned).Known() {
		f.Origins.Set(calc.FieldProvisioned, place)
	}
}

// scale adds a scalable target, or a scheduled action on one.
func (f *Function) scale(t calc.ScalableTarget) {
	t.Qualifier = qualified(t.Qualifier)
	t.Version, t.Unnamed = isVersion(t.Qualifier), unnamed(t.Qualifier)
	if _, twice := f.steered[t.Qualifier]; !t.Scheduled && !twice {
		if f.steered == nil {
			f.steered = map[string]int{}
		}
		f.steered[t.Qualifier] = len(f.Deployment.Targets)
	}
	f.Deployment.Targets = append(f.Deployment.Targets, t)
	f.provisionedAt(t.Place)
}

// steer adds target tracking to the target of a version or alias, of which the
// file may say nothing else.
func (f *Function) steer(qualifier string, t calc.Tracking) {
	if _, ok := f.steered[qualified(qualifier)]; !ok { // it is in no file
		f.scale(calc.ScalableTarget{Qualifier: qualifier, Place: t.Place})
	}
	target := &f.Deployment.Targets[f.steered[qualified(qualifier)]]
	target.Tracking = append(target.Tracking, t)
}

// utilizationMetric is what target tracking is about; of another metric the
// target may be anything.
const utilizationMetric = "ProvisionedConcurrencyUtilization"

// capacity reads the least or greatest capacity of a scalable target.
func (r *reading) capacity(f *Function, what string, n node, place calc.Place) calc.Optional[int64] {
	if !n.set() {
		return calc.Optional[int64]{}
	}
	return r.units(f, what, n.written(), place)
}

// units reads a number of units.
func (r *reading) units(f *Function, what, value string, place calc.Place) calc.Optional[int64] {
	if n, ok := whole(value); ok {
		return calc.Some(n)
	}
	r.unknown(f, place, what, strconv.Quote(shown(value))+" is no whole number", "give a whole number")
	return calc.Optional[int64]{}
}

// ratio reads a utilization.
func (r *reading) ratio(f *Function, what, value string, place calc.Place) (float64, bool) {
	x, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		r.unknown(f, place, what, strconv.Quote(shown(value))+" is no number", "give a number")
		return 0, false
	}
	return x, true
}

// alias adds a name of a version; the version is empty where not known.
func (f *Function) alias(name, version string, place calc.Place) {
	f.Deployment.Aliases = append(f.Deployment.Aliases, calc.Alias{Name: qualified(name), Version: printable(version), Place: place})
}

// remember sets what only the calculations use: memory, instruction set and
// ephemeral storage. AWS judges them by rules that are not about concurrency,
// so that a value out of range counts as not given.
func (f *Function) remember(field calc.Field, value node) {
	if value.set() {
		f.keep(field, value.scalar(), value.place())
	}
}

// keep is remember for a value that is resolved.
func (f *Function) keep(field calc.Field, value string, place calc.Place) {
	switch field {
	case calc.FieldMemory:
		n, ok := whole(value)
		if !ok || n < calc.MinMemoryMB || n > calc.MaxMemoryMB {
			return
		}
		f.MemoryMB = calc.Some(n)
	case calc.FieldEphemeral:
		n, ok := whole(value)
		if !ok || n < calc.FreeEphemeralMB || n > calc.MaxEphemeralMB {
			return
		}
		f.EphemeralMB = calc.Some(n)
	case calc.FieldArch:
		if value != string(calc.ARM) && value != string(calc.X86) {
			return
		}
		f.Arch = calc.Arch(value)
	}
	f.Origins.Set(field, place)
}

// queueName is the name of a queue in its ARN; empty where that is not known.
func queueName(arn string) string {
	name := arn[strings.LastIndex(arn, ":")+1:]
	if strings.Contains(name, hole) {
		return ""
	}
	return printable(name)
}

// poll adds the most environments that a queue may keep busy.
func (f *Function) poll(queue, value string, place calc.Place) {
	p := calc.Poller{Queue: queueName(queue), Place: place}
	if most, ok := whole(value); ok {
		p.MaximumConcurrency = most
	} else {
		p.Text = value
	}
	f.Deployment.Pollers = append(f.Deployment.Pollers, p)
}

// publishedPrefix marks a version that has no number yet: a template or a plan
// publishes it. What follows names the resource that does.
const publishedPrefix = "new version "

// published is the qualifier of a version that is yet to be published.
func published(resource string) string { return publishedPrefix + resource }

// qualified is a version or an alias as it is shown, with a question mark for what
// is not known of its name.
func qualified(name string) string { return strings.ReplaceAll(printable(name), hole, "?") }

// unnamed tells that the name of an alias is not known: AWS takes letters, digits,
// - and _, the address of a resource has a point.
func unnamed(qualifier string) bool {
	return !isVersion(qualifier) && (qualifier == "" || strings.ContainsAny(qualifier, "?."))
}

// isVersion tells versions from aliases: AWS does not take names of digits only.
func isVersion(qualifier string) bool {
	return qualifier == calc.Latest || strings.HasPrefix(qualifier, publishedPrefix) || isNumber(qualifier)
}

// isNumber tells versions that are published from those that will be.
func isNumber(qualifier string) bool {
	return qualifier != "" && strings.Trim(qualifier, "0123456789") == ""
}

// splitName takes a function's name apart: NAME, NAME:QUALIFIER, or an ARN of
// either.
func splitName(s string) (name, qualifier string) {
	if _, rest, ok := strings.Cut(s, ":function:"); ok {
		s = rest
	}
	name, qualifier, _ = strings.Cut(s, ":")
	return name, qualifier
}

// splitResource takes the id of a scalable target apart: function:NAME:ALIAS.
func splitResource(id string) (name, qualifier string, ok bool) {
	rest, ok := strings.CutPrefix(id, "function:")
	if !ok {
		return "", "", false
	}
	name, qualifier, ok = strings.Cut(rest, ":")
	return name, qualifier, ok && name != "" && qualifier != ""
}

// scalableService is the name of Lambda in Application Auto Scaling.
const scalableService = "lambda"

// scalableDimension is that of provisioned concurrency in Application Auto
// Scaling.
const scalableDimension = "lambda:function:ProvisionedConcurrency"

// acceptMark begins a comment that accepts a finding.
const acceptMark = "lambdacap:accept"

// acceptances finds the comments that accept findings: behind a value, or in
// the lines above it.
func (d *document) acceptances() (found []Acceptance) {
	if d.top.yaml == nil || !bytes.Contains(d.data, []byte(acceptMark)) {
		return nil
	}
	lines := bytes.Split(bytes.Clone(d.data), []byte("\n"))
	scalarText(d.top.yaml, lines)
	below := len(lines) - 1 // the next line that is no comment
	for i, line := range slices.Backward(lines) {
		before, after, ok := strings.Cut(string(line), acceptMark)
		before = strings.TrimRight(before, " \t")
		comment := strings.HasSuffix(before, "#")
		before = strings.TrimRight(before, "#")
		if ok && comment && (before == "" || strings.HasSuffix(before, " ") || strings.HasSuffix(before, "\t")) {
			at := i
			if strings.TrimSpace(before) == "" { // a line of its own is about what follows
				at = below
			}
			rule, reason, _ := strings.Cut(strings.TrimSpace(after), " ")
			found = append(found, Acceptance{Rule: printable(rule), Reason: printable(strings.Join(strings.Fields(reason), " ")),
				Place: calc.Place{File: d.name, Line: at + 1}, At: calc.Place{File: d.name, Line: i + 1}})
		}
		if !isComment(string(line)) {
			below = i
		}
	}
	slices.Reverse(found)
	return found
}

// scalarText blots out what stands in quotes or in block scalars: no comment
// begins there.
func scalarText(n *yaml.Node, lines [][]byte) {
	switch style := n.Style &^ yaml.TaggedStyle; {
	case n.Kind != yaml.ScalarNode || n.Line > len(lines):
	case style == yaml.LiteralStyle || style == yaml.FoldedStyle:
		blockText(n, lines)
	case style == yaml.DoubleQuotedStyle:
		quotedText(n, lines, '"')
	case style == yaml.SingleQuotedStyle:
		quotedText(n, lines, '\'')
	}
	for _, part := range n.Content {
		scalarText(part, lines)
	}
}

// blockText blots out a block scalar. Its text tells how many lines it has, but
// for one that is folded; that ends where a line begins further left.
func blockText(n *yaml.Node, lines [][]byte) {
	indent, folded := -1, n.Style&yaml.FoldedStyle != 0
	left := strings.Count(strings.TrimRight(n.Value, "\n"), "\n") + 1
	if strings.TrimSpace(n.Value) == "" {
		return
	}
	for _, line := range lines[n.Line:] { // n.Line counts from 1
		text := bytes.TrimLeft(line, " ")
		own := len(line) - len(text)
		if blank := len(bytes.TrimSpace(text)) == 0; !blank && indent < 0 {
			indent = own
		} else if !blank && folded && own < indent {
			return
		}
		if left--; !folded && left < 0 {
			return
		}
		blot(line)
	}
}

// quotedText blots out what stands between quotes: a double one is escaped by a
// backslash, a single one by another.
func quotedText(n *yaml.Node, lines [][]byte, quote byte) {
	inside := false
	for i, line := range lines[n.Line-1:] {
		from := 0
		for range n.Column - 1 { // counts characters
			if i > 0 {
				break
			}
			_, size := utf8.DecodeRune(line[from:])
			from += size
		}
		for at := from; at < len(line); at++ {
			switch c := line[at]; {
			case !inside:
				inside = c == quote
				continue
			case c == '\\' && quote == '"', c == quote && quote == '\'' && at+1 < len(line) && line[at+1] == quote:
				blot(line[at:min(at+2, len(line))])
				at++
			case c == quote:
				return
			default:
				blot(line[at : at+1])
			}
		}
	}
}

func blot(text []byte) {
	for i := range text {
		text[i] = 'x'
	}
}

func isComment(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || strings.HasPrefix(line, "#")
}
