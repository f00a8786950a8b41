package tree_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// TestStopped checks that reading ends once its work exceeds the budget, and that the error says where.
func TestStopped(t *testing.T) {
	list := "[" + strings.Repeat("1,", 9_999) + "1]"
	for _, text := range []string{`{"a": ` + list + `}`, "a: " + list} {
		d, err := tree.Parse("f", []byte(text), "")
		if err != nil {
			t.Fatal(err)
		}
		reads := 0
		for ; d.Stopped() == nil && reads < 10_000; reads++ {
			if n := len(d.Top.Get("a").Items()); n != 10_000 && d.Stopped() == nil {
				t.Fatalf("%d items after %d reads", n, reads)
			}
		}
		if err := d.Stopped(); err == nil || !strings.HasPrefix(err.Error(), "f:1: reading stopped: ") || reads < 100 {
			t.Errorf("%.10s: %v after %d reads", text, err, reads)
		}
		if n := len(d.Top.Get("a").Items()); n != 0 {
			t.Errorf("%.10s: %d items when the reading has stopped", text, n)
		}
	}
}

// TestEntries checks that a list or a mapping that is too long is not read, since each entry takes memory.
func TestEntries(t *testing.T) {
	keys := func(n int) string {
		return strings.TrimSuffix(strings.Repeat(`"a":1,`, n), ",")
	}
	for text, where := range map[string]string{
		"{\n" + keys(tree.MaxEntries+1) + "}":                                   "f:2",
		"a: [" + strings.Repeat("1,", tree.MaxEntries) + "1]":                   "f:1",
		"a:\n" + strings.Repeat("- 1\n", tree.MaxEntries+1):                     "f:2",
		"{\"\\\"\": 1, \"a\": {" + keys(tree.MaxEntries+1) + "}, \"b\": \"}\"}": "f:1",
	} {
		_, err := tree.Parse("f", []byte(text), "")
		want := where + ": reading stopped: more than 100,000 entries in one list or mapping"
		if err == nil || err.Error() != want {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}

// TestDense checks that a document of little but structure is not parsed, because a two-byte value takes 200 bytes.
func TestDense(t *testing.T) {
	for text, line := range map[string]int{
		"a: [\n" + strings.Repeat("["+strings.Repeat("1,", 99)+"1],", 16_000) + "1]": 2,
		"a: [\n" + strings.Repeat("{a},", 600_000) + "1]":                            2,
		strings.Repeat("#\n", 900_000):                                               387_501,
		"{\n\"a\": [" + strings.Repeat("[[[[[[[[]]]]]]]],", 510_000) + "1]}":         2,
	} {
		_, err := tree.Parse("f", []byte(text), "")
		want := fmt.Sprintf("f:%d: reading stopped: the file has more values, lists or comments", line)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	// A realistic large file is read: a profile with 90,000 functions, each with four settings.
	large := "functions: [\n" + strings.Repeat("{name: a,rps: 1,duration: 1s,reserved: 1},\n", 90_000) + "]"
	if _, err := tree.Parse("f", []byte(large), ""); err != nil {
		t.Error(err)
	}
}

// TestLines checks the line numbers of places far into a file.
func TestLines(t *testing.T) {
	for _, before := range []int{0, 1, 4095, 4096, 4097, 100_000} {
		d, err := tree.Parse("f", []byte("{"+strings.Repeat("\n", before)+`"a": 1}`), "")
		if err != nil {
			t.Fatal(err)
		}
		if at := d.Top.Get("a").Place(); at.Line != before+1 {
			t.Errorf("line %d, want %d", at.Line, before+1)
		}
	}
}
