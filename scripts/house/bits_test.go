package house_test

import (
	"go/ast"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sameBits are the functions of package math whose results are defined to the last bit: IEEE 754 says how they round,
// or they do not round.
var sameBits = []string{
	"Abs", "Ceil", "Copysign", "Float64bits", "Float64frombits", "Floor", "Frexp", "Inf", "IsInf", "IsNaN", "Ldexp",
	"Max", "Min", "Mod", "Modf", "NaN", "Nextafter", "Pow10", "Round", "Signbit", "Sqrt", "Trunc",
}

// TestElementary checks that no answer depends on a function whose last digits differ between processors. Functions of
// package math do if they have assembly on some processors. calc/elementary replaces them.
func TestElementary(t *testing.T) {
	for _, s := range sources(t) {
		if s.test() || strings.HasPrefix(s.path, "scripts/") || strings.HasPrefix(s.path, "calc/internal/simulation/") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, _ := n.(*ast.CallExpr)
			if call == nil {
				return true
			}
			function, _ := call.Fun.(*ast.SelectorExpr)
			if function == nil {
				return true
			}
			from, _ := function.X.(*ast.Ident)
			if from != nil && (from.Name == "cmplx" || from.Name == "math" && !slices.Contains(sameBits, function.Sel.Name)) {
				t.Errorf("%s: %s.%s differs between processors", s.at(call.Pos()), from.Name, function.Sel.Name)
			}
			return true
		})
	}
}

// fused matches an instruction of arm64 that multiplies and adds with a single rounding, in an assembly listing.
var fused = regexp.MustCompile(`\(\S*?((?:calc|format|cmd|configs)/\S+\.go:[0-9]+)\)\tFN?M(?:ADD|SUB)D`)

// TestNoFusedSums checks that no sum of products is fused. A processor with fused multiply-add would round it once, and
// others twice. An explicit conversion of the product, float64(x*y) + z, prevents that.
func TestNoFusedSums(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles everything for another processor")
	}
	listing := exec.Command("go", "build", "-buildvcs=false", "-gcflags="+module+"/...=-S", "-o", os.DevNull, ".")
	listing.Dir = root
	listing.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	text, err := listing.CombinedOutput()
	if err != nil || !strings.Contains(string(text), "FMULD") {
		t.Fatalf("no listing: %v\n%.1000s", err, text)
	}
	var places []string
	for _, match := range fused.FindAllStringSubmatch(string(text), -1) {
		places = append(places, match[1])
	}
	slices.Sort(places)
	for _, place := range slices.Compact(places) {
		t.Errorf("%s: a product is added without being rounded", place)
	}
}
