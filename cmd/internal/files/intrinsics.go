package files

import (
	"fmt"
	"strconv"
	"strings"
)

// A template resolves the intrinsic functions of CloudFormation, as far as the
// file and the parameters determine them.
type template struct {
	r          *reading
	parameters map[string]node
	conditions map[string]node
	mappings   node
	globals    map[string]node
	resources  map[string]*resource
	order      []*resource

	functions map[string]*Function // by logical id
	targets   map[string]scaled    // by logical id
	aliases   map[string]string    // what Ref gives for the aliases that SAM makes
	answers   map[string]decision  // of conditions
	looped    bool                 // Fn::ForEach makes conditions
	names     map[string]value     // what Ref gives for resources
	depth     int
	left      int                      // steps that may still be taken
	walked    map[spot]map[string]node // mappings of Mappings, by their keys
	// plain brings scalars to what they stand for in another format; nil where a
	// template stands alone.
	plain func(node) (node, *obstacle)
}

func newTemplate(r *reading) *template {
	return &template{r: r, parameters: map[string]node{}, conditions: map[string]node{}, resources: map[string]*resource{},
		functions: map[string]*Function{}, targets: map[string]scaled{}, aliases: map[string]string{},
		answers: map[string]decision{}, names: map[string]value{},
		left: maxSteps, walked: map[spot]map[string]node{}}
}

// A state is how far a value is known.
type state int

const (
	absent     state = iota // not there, null, or AWS::NoValue
	scalar                  // a text, as in text
	structure               // a mapping or list, as in node
	unresolved              // missing tells why
)

// A value is what a node of a template comes to.
type value struct {
	state   state
	node    node   // where it stands; a structure is to be walked there
	text    string // of what is unresolved, as much as is known, with holes
	missing *obstacle
}

// hole stands in a text for a part that is not known.
const hole = "\uFFFD"

// The bounds of resolving: nobody writes that deeply or that long by hand.
const (
	maxNesting = 50
	maxText    = 4096
	maxSteps   = 2_000_000
)

func (n node) unresolved(why, remedy string) value {
	return n.open(&obstacle{why: why, remedy: remedy})
}

func (n node) open(missing *obstacle) value {
	return value{state: unresolved, node: n, text: hole, missing: missing}
}

func (n node) text(text string) value {
	if len(text) > maxText {
		return n.unresolved("it is too long", "give a shorter text")
	}
	if strings.Contains(text, dynamic) {
		v := n.unresolved("a dynamic reference is known only when the stack is deployed", "give the value itself, or a parameter")
		v.text = holed(text)
		return v
	}
	return value{state: scalar, node: n, text: text}
}

// dynamic begins a reference to a value in the Parameter Store or in the Secrets
// Manager: {{resolve:ssm:name}}.
const dynamic = "{{resolve:"

// holed replaces the dynamic references of a text.
func holed(text string) string {
	var known strings.Builder
	for {
		before, after, found := strings.Cut(text, dynamic)
		known.WriteString(before)
		if !found {
			return known.String()
		}
		known.WriteString(hole)
		_, text, _ = strings.Cut(after, "}}")
	}
}

// as says that a value stands at another place than where it was found.
func (v value) as(n node) value {
	if v.state != structure {
		v.node = n
	}
	return v
}

// intrinsic takes an intrinsic function apart: {"Fn::Join": ...} or !Join ....
func (n node) intrinsic() (name string, argument node, ok bool) {
	n = n.follow()
	if tag := n.tag(); tag != "" {
		if tag != "Ref" && tag != "Condition" {
			tag = "Fn::" + tag
		}
		return tag, n.untagged(), true
	}
	only, ok := n.only()
	if name = only.key.scalar(); !ok || name != "Ref" && name != "Condition" && !strings.HasPrefix(name, "Fn::") {
		return "", node{}, false
	}
	return name, only.value, true
}

// resolve brings a node to what it stands for. The parts of a structure are
// left as they are.
func (t *template) resolve(n node) value {
	if !n.exists() {
		return value{node: n}
	}
	if t.left--; t.depth >= maxNesting || t.left < 0 {
		return n.unresolved("it is nested too deeply", "write it more simply")
	}
	t.depth++
	defer func() { t.depth-- }()
	if name, argument, ok := n.intrinsic(); ok {
		return t.call(n, name, argument).as(n)
	}
	at := n
	if t.plain != nil {
		var missing *obstacle
		if n, missing = t.plain(n); missing != nil {
			return at.open(missing)
		}
	}
	switch kind := n.kind(); kind {
	case missing, null:
		return value{node: at}
	case list, mapping:
		return value{state: structure, node: n.follow()}
	}
	return at.text(n.scalar())
}

// call evaluates an intrinsic function.
func (t *template) call(n node, name string, argument node) value {
	switch name {
	case "Ref":
		return t.ref(n, argument.scalar())
	case "Fn::If":
		return t.choose(n, argument.items())
	case "Fn::Sub":
		return t.substitute(n, argument)
	case "Fn::Join":
		return t.join(n, argument.items())
	case "Fn::Select":
		return t.pick(n, argument.items())
	case "Fn::GetAtt":
		id, name, _ := strings.Cut(argument.scalar(), ".")
		if list := argument.items(); len(list) == 2 {
			id, name = list[0].scalar(), list[1].scalar()
		}
		return t.attribute(n, id, name)
	case "Fn::FindInMap":
		return t.find(n, argument.items())
	case "Fn::Split": // only Select and Join have a use for it
		if _, fault := t.texts(n); fault.state == unresolved {
			return fault
		}
		return value{state: structure, node: n}
	}
	return n.unresolved(name+" is known only when the stack is deployed", "give the value itself, or a parameter")
}

// ref resolves the name of a parameter or a resource.
func (t *template) ref(n node, name string) value {
	given, ok := t.r.options.Params[name]
	switch {
	case name == "AWS::NoValue":
		return value{node: n}
	case ok:
		return n.text(given)
	case name == "AWS::Region" && t.r.options.Region != "":
		return n.text(t.r.options.Region)
	case name == "AWS::Partition":
		return n.text("aws")
	case name == "AWS::URLSuffix":
		return n.text("amazonaws.com")
	case strings.HasPrefix(name, "AWS::"):
		remedy := "give --param " + name + "=VALUE"
		if name == "AWS::Region" {
			remedy = "give --region"
		}
		return n.unresolved(name+" is known only when the stack is deployed", remedy)
	}
	if p, ok := t.parameters[name]; ok {
		remedy := "give --param " + name + "=VALUE"
		initial := p.get("Default")
		switch {
		case strings.HasPrefix(p.get("Type").scalar(), "AWS::SSM::"):
			return n.unresolved("the value of the parameter "+name+" is in the Parameter Store", remedy)
		case !initial.set():
			return n.unresolved("the parameter "+name+" has no default", remedy)
		}
		if t.r.Defaults == nil {
			t.r.Defaults = map[string]string{}
		}
		t.r.Defaults[name] = initial.scalar()
		return n.text(initial.scalar())
	}
	if v, ok := t.names[name]; ok {
		return v.as(n)
	}
	t.names[name] = n.unresolved("the name of "+name+" refers to itself", "give the name itself")
	v := t.refResource(n, name)
	t.names[name] = v
	return v
}

// refResource resolves a reference to a resource, as far as the name of a
// function or of its alias or version is concerned.
func (t *template) refResource(n node, id string) value {
	if arn, ok := t.aliases[id]; ok {
		return n.text(arn)
	}
	s := t.resources[id]
	if s == nil {
		return n.unresolved("the template has no parameter or resource "+id, "correct the name")
	}
	switch s.kind {
	case typeFunction, typeServerless:
		return n.text(t.nameOf(s))
	case typeAlias, typeVersion:
		function := t.resolve(s.properties["FunctionName"])
		name, ok := function.function()
		if !ok {
			return n.whole("", function.as(n))
		}
		qualifier := n.text(published(id))
		if s.kind == typeAlias {
			qualifier = t.resolve(s.properties["Name"])
		}
		if qualifier.state != scalar {
			return n.whole("", qualifier.as(n))
		}
		return n.text(arn(name) + ":" + qualifier.text)
	case typeScalableTarget:
		return n.text(id)
	}
	return n.unresolved("the name of "+id+" is known only when the stack is deployed", "give the name itself, or a parameter")
}

// nameOf is the name of a function: FunctionName, else the logical id.
func (t *template) nameOf(s *resource) string {
	if s.name == "" {
		s.name = s.id // also for a name that refers to itself
		if v := t.resolve(s.property("FunctionName")); v.state == scalar && v.text != "" {
			s.name, _ = splitName(v.text)
			s.given = true
		}
	}
	return s.name
}

// arn is the ARN of a function. Region and account tell nothing here; what
// counts is that the name is the seventh part.
func arn(function string) string { return "arn:aws:lambda:region:account:function:" + function }

// attribute resolves Fn::GetAtt.
func (t *template) attribute(n node, id, name string) value {
	s := t.resources[id]
	switch {
	case s == nil:
	case (s.kind == typeFunction || s.kind == typeServerless) && name == "Arn":
		return n.text(arn(t.nameOf(s)))
	case s.kind == typeVersion && name == "Version":
		return n.text(published(id))
	case s.kind == typeAlias && name == "AliasArn" || s.kind == typeVersion && name == "FunctionArn":
		return t.ref(n, id)
	}
	return n.unresolved(name+" of "+id+" is known only when the stack is deployed", "give the value itself, or a parameter")
}

// choose resolves Fn::If. Where the condition is not known, both branches may
// still come to the same.
func (t *template) choose(n node, list []node) value {
	if len(list) != 3 {
		return n.unresolved("Fn::If takes a condition and two values", "correct it")
	}
	answer, missing := t.named(list[0])
	switch answer {
	case yes:
		return t.resolve(list[1])
	case no:
		return t.resolve(list[2])
	}
	a, b := t.resolve(list[1]), t.resolve(list[2])
	if a.state == b.state && a.text == b.text && (a.state == scalar || a.state == absent) {
		return a
	}
	return n.open(missing)
}

// substitute resolves Fn::Sub: "${Name}" in a text, with names of its own in a
// second argument.
func (t *template) substitute(n, argument node) value {
	var own map[string]node
	if list := argument.items(); len(list) == 2 {
		argument, own = list[0], list[1].fields()
	}
	var text strings.Builder
	var fault value
	rest := argument.scalar()
	for text.Len() <= maxText {
		before, after, open := strings.Cut(rest, "${")
		text.WriteString(before)
		name, behind, closed := strings.Cut(after, "}")
		if !open || !closed {
			break
		}
		rest = behind
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			text.WriteString("${" + literal + "}")
			continue
		}
		name = strings.TrimSpace(name)
		v := t.resolve(own[name])
		if v.state == absent {
			v = t.ref(n, name)
			if id, attribute, dotted := strings.Cut(name, "."); dotted && v.state == unresolved && t.resources[id] != nil && attribute != "" {
				v = t.attribute(n, id, attribute)
			}
		}
		if v.state != scalar {
			fault = v
			text.WriteString(hole)
			continue
		}
		text.WriteString(v.text)
	}
	return n.whole(text.String(), fault)
}

// whole is a text, or what is known of it where a part had a fault.
func (n node) whole(text string, fault value) value {
	if fault.node.doc == nil {
		return n.text(text)
	}
	if fault.missing == nil {
		fault.missing = &obstacle{why: "a part of it is no text", remedy: "correct it"}
	}
	v := n.open(fault.missing)
	v.text = text[:min(len(text), maxText)]
	return v
}

// join resolves Fn::Join.
func (t *template) join(n node, list []node) value {
	if len(list) != 2 {
		return n.unresolved("Fn::Join takes a delimiter and a list", "correct it")
	}
	texts, fault := t.texts(list[1])
	return n.whole(strings.Join(texts, list[0].scalar()), fault)
}

// texts resolves a list of texts: one that is written out, what Fn::Split makes,
// or a parameter with commas. Parts that are not known have holes.
func (t *template) texts(n node) (texts []string, fault value) {
	if name, argument, ok := n.intrinsic(); ok && name == "Fn::Split" {
		list := argument.items()
		if len(list) != 2 || list[0].scalar() == "" {
			return nil, n.unresolved("Fn::Split takes a delimiter and a text", "correct it")
		}
		v := t.resolve(list[1])
		if v.state == unresolved {
			fault = v
		}
		return strings.Split(v.text, list[0].scalar()), fault
	}
	v := t.resolve(n)
	switch v.state {
	case unresolved:
		return []string{hole}, v
	case scalar:
		for member := range strings.SplitSeq(v.text, ",") {
			texts = append(texts, strings.TrimSpace(member)) // as CloudFormation does
		}
		return texts, value{}
	}
	for _, part := range v.node.items() {
		v := t.resolve(part)
		switch v.state {
		case scalar:
			texts = append(texts, v.text)
		case absent:
		default:
			texts, fault = append(texts, hole), part.whole("", v)
		}
		if len(texts) > maxText {
			return nil, n.unresolved("it is too long", "give a shorter list")
		}
	}
	return texts, fault
}

// pick resolves Fn::Select. The list may have holes elsewhere.
func (t *template) pick(n node, list []node) value {
	if len(list) != 2 {
		return n.unresolved("Fn::Select takes an index and a list", "correct it")
	}
	index := t.resolve(list[0])
	if index.state == unresolved {
		return index
	}
	texts, fault := t.texts(list[1])
	at, err := strconv.Atoi(index.text)
	switch {
	case fault.state == unresolved && (err != nil || at < 0 || at >= len(texts) || strings.Contains(texts[at], hole)):
		return fault
	case err != nil || at < 0 || at >= len(texts):
		return n.unresolved(fmt.Sprintf("Fn::Select has no item %s", shown(index.text)), "correct it")
	}
	return n.text(texts[at])
}

// find resolves Fn::FindInMap.
func (t *template) find(n node, list []node) value {
	if len(list) < 3 {
		return n.unresolved("Fn::FindInMap takes a map and two keys", "correct it")
	}
	at := t.mappings
	for _, part := range list[:3] {
		key := t.resolve(part)
		if key.state == unresolved {
			return key
		}
		at = t.lookup(at, key.text)
	}
	if v := t.resolve(at); v.state != absent {
		return v
	}
	if len(list) > 3 {
		if initial := list[3].get("DefaultValue"); initial.exists() {
			return t.resolve(initial)
		}
	}
	return n.unresolved("the Mappings have no such keys", "correct them")
}

// lookup is get for a mapping that is asked again and again.
func (t *template) lookup(n node, key string) node {
	at := spot{n.yaml, n.from}
	if _, ok := t.walked[at]; !ok {
		t.walked[at] = n.fields()
	}
	return t.walked[at][key]
}

// An answer is what a condition comes to.
type answer int

const (
	undecided answer = iota
	yes
	no
)

// A decision is an answer, and why there is none.
type decision struct {
	answer  answer
	missing *obstacle
}

// named evaluates the condition that a node names.
func (t *template) named(n node) (answer, *obstacle) {
	name := n.scalar()
	body, ok := t.conditions[name]
	switch {
	case ok:
	case t.looped:
		return undecided, &obstacle{why: "a condition that Fn::ForEach makes is not known: lambdacap does not expand it", remedy: processed}
	default:
		return undecided, &obstacle{why: "the template has no condition " + shown(name), remedy: "correct the name"}
	}
	if _, ok := t.answers[name]; !ok {
		t.answers[name] = decision{undecided, &obstacle{why: "the condition " + name + " refers to itself", remedy: "correct it"}} // until it is known
		a, missing := t.decide(body)
		t.answers[name] = decision{a, missing}
	}
	return t.answers[name].answer, t.answers[name].missing
}

// decide evaluates a condition.
func (t *template) decide(n node) (answer, *obstacle) {
	if t.depth >= maxNesting {
		return undecided, &obstacle{why: "it is nested too deeply", remedy: "write it more simply"}
	}
	t.depth++
	defer func() { t.depth-- }()
	name, argument, _ := n.intrinsic()
	list := argument.items()
	switch {
	case name == "Condition":
		return t.named(argument)
	case name == "Fn::Equals" && len(list) == 2:
		left, right := t.resolve(list[0]), t.resolve(list[1])
		for _, v := range []value{left, right} {
			if v.state == unresolved {
				return undecided, v.missing
			}
		}
		if left.text == right.text {
			return yes, nil
		}
		return no, nil
	case name == "Fn::Not" && len(list) == 1:
		switch a, missing := t.decide(list[0]); a {
		case yes:
			return no, nil
		case no:
			return yes, nil
		default:
			return undecided, missing
		}
	case (name == "Fn::And" || name == "Fn::Or") && len(list) > 0:
		decisive, otherwise := no, yes
		if name == "Fn::Or" {
			decisive, otherwise = yes, no
		}
		var open *obstacle
		for _, part := range list {
			switch found, missing := t.decide(part); found {
			case decisive:
				return decisive, nil
			case undecided:
				open = missing
			}
		}
		if open != nil {
			return undecided, open
		}
		return otherwise, nil
	}
	return undecided, &obstacle{why: "the condition is none that lambdacap knows", remedy: "give Fn::Equals, Fn::Not, Fn::And, Fn::Or or Condition"}
}
