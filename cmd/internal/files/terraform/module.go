package terraform

import (
	"slices"

	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// linkingSettings are the settings through which resources refer to each other, and those that AWS sets where the
// configuration does not.
var linkingSettings = []string{"function_name", "function_arn", "qualifier", "function_version", "resource_id",
	"event_source_arn", factorSetting, redriveSetting, eventAgeSetting, sourceSetting, ruleSetting, "arn",
	"destination_arn", "endpoint", "lambda", "lambda_function", "target"}

const (
	factorSetting  = "parallelization_factor"
	redriveSetting = "redrive_policy"
	sourceSetting  = "source_arn"
	ruleSetting    = "rule"
)

// eachSetting is the key of a resource's for_each expression.
const eachSetting = "for_each_expression"

// A module holds the configuration of a module: the references of its expressions, keyed by
// resource.setting, module.call.variable and output.name.
type module struct {
	references map[string][]string
	calls      map[string]*module
}

func newModule() *module {
	return &module{references: map[string][]string{}, calls: map[string]*module{}}
}

// read reads the configuration of the module and of the modules it calls.
func (m *module) read(w *tree.Walk, depth int) error {
	if err := checkDepth(w, depth); err != nil {
		return err
	}
	for key := range w.Members() {
		switch string(key.Bytes()) {
		case "resources":
			for range w.Items() {
				if h := readHead(w, "expressions"); h.of != nil {
					address := h.address.Scalar() + "."
					m.readExpressions(address, h.member.Walk(), linkingSettings)
					m.readReferences(address+eachSetting, h.each.Walk())
				}
			}
		case "outputs":
			for name := range w.Members() {
				m.readOutput(string(name.Bytes()), w)
			}
		case "module_calls":
			for name := range w.Members() {
				if err := m.readCall(string(name.Bytes()), w, depth); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (m *module) readOutput(name string, w *tree.Walk) {
	for key := range w.Members() {
		if string(key.Bytes()) == "expression" {
			m.readReferences("output."+name, w)
		}
	}
}

func (m *module) readCall(name string, w *tree.Walk, depth int) error {
	inner := newModule()
	m.calls[name] = inner
	for key := range w.Members() {
		switch string(key.Bytes()) {
		case "expressions":
			m.readExpressions("module."+name+".", w, nil)
		case "module":
			if err := inner.read(w, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// readExpressions reads the references of expressions: those of the listed settings, or of all if the list is nil.
func (m *module) readExpressions(prefix string, w *tree.Walk, settings []string) {
	for key := range w.Members() {
		if name := string(key.Bytes()); settings == nil || slices.Contains(settings, name) {
			m.readReferences(prefix+name, w)
		}
	}
}

// readReferences reads the references of one expression, or of the settings in blocks.
func (m *module) readReferences(name string, w *tree.Walk) {
	for range w.Items() {
		for key := range w.Members() {
			m.readExpression(name+"."+string(key.Bytes()), w)
		}
	}
	m.readExpression(name, w)
}

// readExpression reads the references of one expression.
func (m *module) readExpression(name string, w *tree.Walk) {
	for key := range w.Members() {
		if string(key.Bytes()) != "references" {
			continue
		}
		for range w.Items() {
			if reference := w.Value(); reference.Kind() == tree.Text && len(m.references[name]) < maxReferences {
				m.references[name] = append(m.references[name], reference.Scalar())
			}
		}
	}
}

// find returns the configuration of an inner module by the steps of its address, or nil if it does not exist.
func (m *module) find(steps []string) *module {
	for i := 0; m != nil && i < len(steps); i++ {
		if steps[i] != "module" && !isKey(steps[i]) {
			m = m.calls[steps[i]]
		}
	}
	return m
}
