package document

import "github.com/lambdacap/lambdacap/calc"

// Compare is the answer of compare.
type Compare struct {
	// SchemaVersion is the version of the document's schema.
	SchemaVersion int `json:"schema_version"`
	// Kind is compare.
	Kind string `json:"kind"`
	// Summary is the answer in one sentence.
	Summary string `json:"summary"`
	// Inputs are the inputs on which the answer is based.
	Inputs CompareInputs `json:"inputs"`
	// Result is the answer.
	Result calc.CompareResult `json:"result"`
	// Findings are what a reader of the numbers should know.
	Findings []VariantFinding `json:"findings"`
	// Failed lists the conditions of --fail-on that hold, with the reason; absent if none does.
	Failed []string `json:"failed,omitempty"`
}

// CompareInputs echoes the inputs of the variants.
type CompareInputs struct {
	// Variants are the inputs of each variant, in the order given.
	Variants []InputVariant `json:"variants"`
}

// InputVariant echoes the inputs of a variant.
type InputVariant struct {
	// Name tells the variant from the others.
	Name string `json:"name"`
	Inputs
}

// A VariantFinding is a finding about a variant.
type VariantFinding struct {
	// Variant is the name of the variant.
	Variant string `json:"variant"`
	calc.Finding
}

// NewCompare returns the document of a comparison, without its findings.
func NewCompare(r calc.CompareResult) Compare {
	return Compare{SchemaVersion: SchemaVersion, Kind: "compare", Summary: summarizeCompare(r),
		Result: r, Findings: []VariantFinding{}}
}

// Add adds the inputs and the findings of a variant.
func (d *Compare) Add(name string, in Inputs, findings ...calc.Finding) {
	d.Inputs.Variants = append(d.Inputs.Variants, InputVariant{name, in})
	for _, f := range findings {
		d.Findings = append(d.Findings, VariantFinding{name, f})
	}
}
