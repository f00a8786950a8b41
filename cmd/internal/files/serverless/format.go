// Package serverless reads the serverless.yml of the Serverless Framework, versions 2 to 4.
package serverless

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/cmd/internal/files/cloudformation"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// Format is the format of Serverless Framework services.
type Format struct{}

// Name is what --format and messages call the format.
func (Format) Name() string { return "serverless" }

// Claims reports whether a document is a service.
func (Format) Claims(top tree.Node, _ record.Options) bool {
	keys := top.Fields()
	has := func(key string) bool { return keys[key].Exists() }
	return has("service") && (has("provider") || has("functions")) && !has("Resources")
}

// reservedKey is the key for reserved concurrency.
const reservedKey = "reservedConcurrency"

// A service holds the state of reading one service.
type service struct {
	*resolver
	provider  setting
	prefix    string                      // of the names that the framework generates; empty if unknown
	hasScaler bool                        // whether the scaling plugin is installed, or may be
	made      map[string]*record.Function // the functions, by key
	keyed     map[*record.Function]bool   // functions without an explicit name
	polled    []polled                    // the event sources that Lambda polls
}

// Read records the settings of a service.
func (Format) Read(d *tree.Document, r *record.Recorder) error {
	r.ReservedKeys = append(r.ReservedKeys, reservedKey)
	r.Params = append(r.Params, "stage", "region")
	s := &service{resolver: newResolver(d, r), made: map[string]*record.Function{}, keyed: map[*record.Function]bool{}}
	top := setting{node: d.Top}
	if err := s.readProvider(top); err != nil {
		return err
	}
	name := s.get(top, "service")
	if name.node.Kind() == tree.Mapping { // version 1 syntax
		name = s.get(name, "name")
	}
	if stage, missing := s.stage(); missing == nil && name.node.Scalar() != "" && stage != "" {
		s.prefix = name.node.Scalar() + "-" + stage + "-"
	}
	if region, missing := s.self(regionAddress); missing == nil {
		r.Locate(region.Scalar(), "", region.Place())
	}
	s.hasScaler = s.readPlugins(top)
	functions := s.get(top, "functions")
	if functions.node.Kind() != tree.List {
		if err := s.readFunctions(functions); err != nil {
			return err
		}
	}
	for part := range s.items(functions) {
		if err := s.readFunctions(part); err != nil {
			return err
		}
	}
	s.readResources(s.get(top, "resources"))
	return nil
}

// readProvider reads the settings that functions share. If they are unknown, the functions may still be readable.
func (s *service) readProvider(top setting) error {
	s.provider = s.get(top, "provider")
	name := s.provider
	if name.node.Kind() == tree.Mapping {
		name = s.get(name, "name")
	}
	if name.node.HasValue() && name.node.Scalar() != "aws" {
		return fmt.Errorf("%s: the provider is %q; expected aws", name.place, tree.Shown(name.node.Written()))
	}
	return nil
}

// scalingPlugin is the plugin that adds concurrencyAutoscaling to functions.
const scalingPlugin = "serverless-provisioned-concurrency-autoscaling"

// readPlugins reports whether the scaling plugin is installed, or may be.
func (s *service) readPlugins(top setting) bool {
	plugins := s.get(top, "plugins")
	if plugins.node.Kind() == tree.Mapping {
		plugins = s.get(plugins, "modules")
	}
	if !plugins.node.Exists() { // or unknown
		return true
	}
	for item := range s.items(plugins) {
		name := item.node.Scalar()
		if item.missing != nil || name == scalingPlugin || strings.HasSuffix(name, "/"+scalingPlugin) {
			return true
		}
	}
	return false
}

// readResources reads the CloudFormation in a service. It refers to functions by the logical ids that the
// framework generates.
func (s *service) readResources(resources setting) {
	if !s.isKnown(nil, "resources", resources) {
		return
	}
	e := cloudformation.NewEmbedded(s.r, s.resolve)
	parts := []setting{resources}
	if resources.node.Kind() == tree.List {
		parts = slices.Collect(s.items(resources))
	}
	var sections []tree.Node
	for _, part := range parts {
		e.AddConditions(s.get(part, "Conditions").node)
		e.AddResources(s.get(part, "Resources").node)
		sections = append(sections, s.get(part, "Resources").node, s.get(part, "extensions").node)
	}
	changes := map[string]func(properties tree.Node){}     // to what the framework creates, by logical id
	for _, key := range slices.Sorted(maps.Keys(s.made)) { // in order: two keys may have one id
		f := s.made[key]
		if key == "" {
			continue
		}
		id := logicalID.Replace(strings.ToUpper(key[:1]) + key[1:])
		function := id + "LambdaFunction"
		e.Declare(function, f.Name)
		changes[function] = func(properties tree.Node) { e.ChangeFunction(f, properties) }
		changes[id+"ProvConcLambdaAlias"] = func(properties tree.Node) { e.ChangeAlias(f, provisionedAlias, properties) }
	}
	e.Omit(func(id string) bool { return changes[id] != nil })
	for _, section := range sections {
		for _, m := range section.Members() {
			if change := changes[m.Key.Scalar()]; change != nil {
				change(m.Value.Get("Properties"))
			}
		}
	}
	e.Read()
	for _, at := range s.polled {
		e.Poll(at.f, at.arn.node, &at.f.Deployment.Pollers[at.index])
	}
}

// logicalID converts the key of a function to the form that the framework uses in logical ids.
var logicalID = strings.NewReplacer("-", "Dash", "_", "Underscore")
