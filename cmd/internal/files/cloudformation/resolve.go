package cloudformation

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// maxDepth limits how deeply values may be nested. It is far above what people write by hand.
const maxDepth = 50

// callWork is the cost of an intrinsic function in addition to what it reads, bytes: its value is kept.
const callWork = 512

// intrinsic splits an intrinsic function: {"Fn::Join": ...} or !Join ....
func intrinsic(n tree.Node) (name string, argument tree.Node, ok bool) {
	n = n.Unalias()
	if tag := n.Tag(); tag != "" {
		if tag != "Ref" && tag != "Condition" {
			tag = "Fn::" + tag
		}
		return tag, n.Untagged(), true
	}
	only, ok := n.Only()
	if name = only.Key.Scalar(); !ok || name != "Ref" && name != "Condition" && !strings.HasPrefix(name, "Fn::") {
		return "", tree.Node{}, false
	}
	return name, only.Value, true
}

// resolve evaluates a node. It does not evaluate the parts of a mapping or a list.
func (t *template) resolve(n tree.Node) value {
	if !n.Exists() {
		return value{node: n}
	}
	if t.depth >= maxDepth {
		return unknown(n, "it is nested too deeply", "write it more simply")
	}
	if v, known := t.values[n.Unalias()]; known {
		return v.at(n)
	}
	t.depth++
	defer func() { t.depth-- }()
	if name, argument, ok := intrinsic(n); ok {
		return t.callOnce(n, name, argument).at(n)
	}
	at := n
	if t.outer != nil {
		var missing *record.Obstacle
		if n, missing = t.outer(n); missing != nil {
			return blocked(at, missing)
		}
	}
	switch n.Kind() {
	case tree.Missing, tree.Null:
		return value{node: at}
	case tree.List, tree.Mapping:
		return value{state: structure, node: n.Unalias()}
	}
	return textAt(at, n.Scalar())
}

// callOnce evaluates an intrinsic function and keeps its value, which may be asked for many times.
func (t *template) callOnce(n tree.Node, name string, argument tree.Node) value {
	n.Spend(callWork)
	key := n.Unalias()
	// This value applies while the function is evaluated, so one that needs its own value gets it.
	t.values[key] = unknown(n, "it refers to itself", "correct it")
	v := t.call(n, name, argument)
	t.values[key] = v
	return v
}

// call evaluates an intrinsic function.
func (t *template) call(n tree.Node, name string, argument tree.Node) value {
	switch name {
	case "Ref":
		name, missing := t.written(argument)
		if missing != nil {
			return blocked(n, missing)
		}
		return t.ref(n, name)
	case "Fn::If":
		return t.choose(n, argument.Items())
	case "Fn::Sub":
		return t.substitute(n, argument)
	case "Fn::Join":
		return t.join(n, argument.Items())
	case "Fn::Select":
		return t.selectItem(n, argument.Items())
	case "Fn::GetAtt":
		return t.getAttribute(n, argument)
	case "Fn::FindInMap":
		return t.findInMap(n, argument.Items())
	case "Fn::Length":
		if t.extended {
			return t.length(n, argument)
		}
	case "Fn::Split": // only Select and Join can use the result
		if _, fault := t.texts(n); fault.state == unresolved {
			return blocked(n, fault.missing)
		}
		return value{state: structure, node: n}
	}
	if loop := t.loopIn(n); loop.Exists() {
		return blocked(n, t.whyUnexpanded(loop))
	}
	v := unknown(n, name+" is known only at deployment", "use the value itself, or a parameter")
	return v.named(name + " " + t.canonical(argument))
}

// written returns the name that is the argument of a function, such as that of a parameter. Only
// AWS::LanguageExtensions allows a computed name.
//
// Source: docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-languageextensions.html,
// read 2026-11.
func (t *template) written(n tree.Node) (name string, missing *record.Obstacle) {
	switch _, _, computed := intrinsic(n); {
	case isText(n):
		return n.Scalar(), nil
	case !computed || !t.extended:
		return "", &record.Obstacle{Why: "it does not refer to anything by name", Remedy: "correct it"}
	}
	v := t.resolve(n)
	if v.state != scalar {
		return "", v.notText()
	}
	return v.text, nil
}

// isText reports whether a node is a literal text or another scalar.
func isText(n tree.Node) bool {
	_, _, computed := intrinsic(n)
	return !computed && n.Kind() > tree.Null && n.Kind() < tree.List
}

// length resolves Fn::Length, the number of items of a list.
func (t *template) length(n, list tree.Node) value {
	texts, fault := t.texts(list)
	if fault.state == unresolved {
		return blocked(n, fault.missing)
	}
	return textAt(n, strconv.Itoa(len(texts)))
}

// getAttribute resolves Fn::GetAtt, whose argument is ID.NAME or a list of the two.
func (t *template) getAttribute(n, argument tree.Node) value {
	if list := argument.Items(); len(list) == 2 {
		id, missing := t.written(list[0])
		name := t.resolve(list[1]) // may be a Ref
		if missing = cmp.Or(missing, name.missing); missing != nil {
			return blocked(n, missing)
		}
		return t.attribute(n, id, name.text)
	}
	text, missing := t.written(argument)
	if missing != nil {
		return blocked(n, missing)
	}
	id, name, _ := strings.Cut(text, ".")
	return t.attribute(n, id, name)
}

// canonical returns a text that is the same for equal values: the known parts, and symbols for the rest. It is a hole
// if the text would be too long.
func (t *template) canonical(n tree.Node) string {
	v := t.resolve(n)
	if v.state != structure {
		return v.text
	}
	var text strings.Builder
	add := func(key string, part tree.Node) bool {
		text.WriteString(key + t.canonical(part) + ", ")
		return text.Len() <= record.MaxText
	}
	for _, item := range v.node.Items() {
		if !add("", item) {
			return record.Hole
		}
	}
	for _, m := range v.node.Members() {
		if !add(m.Key.Scalar()+" ", m.Value) {
			return record.Hole
		}
	}
	return "[" + text.String() + "]"
}

// ref resolves the name of a parameter or a resource.
func (t *template) ref(n tree.Node, name string) value { return t.lookUpName(n, name).named(name) }

func (t *template) lookUpName(n tree.Node, name string) value {
	given, ok := t.r.Options.Params[name]
	switch {
	case name == "AWS::NoValue":
		return value{node: n}
	case ok:
		return textAt(n, given)
	case name == "AWS::Region" && t.r.Options.Region != "":
		return textAt(n, t.r.Options.Region)
	case name == "AWS::Partition":
		return textAt(n, "aws")
	case name == "AWS::URLSuffix":
		return textAt(n, "amazonaws.com")
	case strings.HasPrefix(name, "AWS::"):
		remedy := record.GiveParam(name, "VALUE")
		if name == "AWS::Region" {
			remedy = "pass --region"
		}
		return unknown(n, name+" is known only at deployment", remedy)
	}
	if p, ok := t.parameters[name]; ok {
		return t.defaultOf(n, name, p)
	}
	if v, ok := t.references[name]; ok {
		return v.at(n)
	}
	// This value applies while the name is being resolved, so a name that refers to itself resolves to it.
	t.references[name] = unknown(n, "the name of "+name+" refers to itself", "use the name itself")
	v := t.refResource(n, name)
	t.references[name] = v
	return v
}

// defaultOf returns the default of a parameter that was not given.
func (t *template) defaultOf(n tree.Node, name string, parameter tree.Node) value {
	remedy := record.GiveParam(name, "VALUE")
	initial := parameter.Get("Default")
	switch {
	case strings.HasPrefix(parameter.Get("Type").Scalar(), "AWS::SSM::"):
		return unknown(n, "the value of the parameter "+name+" is in the Parameter Store", remedy)
	case !initial.HasValue():
		return unknown(n, "the parameter "+name+" has no default", remedy)
	}
	if t.r.Defaults == nil {
		t.r.Defaults = map[string]string{}
	}
	t.r.Defaults[name] = initial.Scalar()
	return textAt(n, initial.Scalar())
}

// refResource resolves a reference to a resource. It resolves functions to their names, and aliases and
// versions to their ARNs.
func (t *template) refResource(n tree.Node, id string) value {
	if arn, ok := t.aliases[id]; ok {
		return textAt(n, arn)
	}
	s := t.resources[id]
	if s == nil {
		return unknown(n, "the template has no parameter or resource "+id, "correct the name")
	}
	switch s.kind {
	case typeFunction, typeServerless:
		return textAt(n, t.nameOf(s))
	case typeAlias, typeVersion:
		function := t.resolve(s.properties["FunctionName"])
		name, ok := t.functionName(function)
		if !ok && function.state != unresolved {
			return blocked(n, function.notText())
		}
		var missing *record.Obstacle
		if !ok {
			missing = function.missing
		}
		qualifier := textAt(n, record.Published(id))
		if s.kind == typeAlias {
			qualifier = t.resolve(s.properties["Name"])
		}
		if qualifier.state != scalar && qualifier.state != unresolved {
			return blocked(n, qualifier.notText())
		}
		return textOrBlocked(n, arn(name)+":"+qualifier.text, cmp.Or(missing, qualifier.missing))
	case typeScalableTarget:
		return textAt(n, id)
	}
	return unknown(n, "the name of "+id+" is known only at deployment",
		"use the name itself, or a parameter")
}

// attribute resolves Fn::GetAtt.
func (t *template) attribute(n tree.Node, id, name string) value {
	return t.findAttribute(n, id, name).named(id + "." + name)
}

func (t *template) findAttribute(n tree.Node, id, name string) value {
	s := t.resources[id]
	switch {
	case s == nil:
	case s.isFunction() && name == "Arn":
		return textAt(n, arn(t.nameOf(s)))
	case s.kind == typeVersion && name == "Version":
		return textAt(n, record.Published(id))
	case s.kind == typeAlias && name == "AliasArn" || s.kind == typeVersion && name == "FunctionArn":
		return t.ref(n, id)
	}
	return unknown(n, name+" of "+id+" is known only at deployment",
		"use the value itself, or a parameter")
}
