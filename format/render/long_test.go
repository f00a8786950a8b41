package render

import (
	"bufio"
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/format/page"
)

// longTable returns a table with cells of every kind.
func longTable(rows int) *page.Table {
	t := &page.Table{Columns: []page.Column{
		{Header: "Function", Left: true}, {Header: "Rate of all\nreq/s"}, {Header: "x"},
	}}
	for i := range rows {
		name := page.Cell{Text: fmt.Sprintf("function-%d", i*i)}
		if i%7 == 0 {
			name = page.Cell{Text: "a|b c", Tone: page.Dim}
		}
		t.Rows = append(t.Rows, []page.Cell{name, {Text: fmt.Sprint(i), Tone: page.Bad}, {Text: strings.Repeat("µ", i%9)}})
	}
	return t
}

// TestLongTable checks that the rows that the library does not draw look like those that it does.
func TestLongTable(t *testing.T) {
	for _, how := range []style{textTable, markdownTable} {
		table := longTable(3 * fewRows)
		want, err := drawRows(table.Columns, table.Rows, nil, newPainter(false), how)
		if err != nil {
			t.Fatal(err)
		}
		var got, all bytes.Buffer
		c := canvas{painter: newPainter(false), Writer: bufio.NewWriter(&got)}
		whole := canvas{painter: newPainter(false), Writer: bufio.NewWriter(&all)}
		if err := c.table(table, how); err != nil {
			t.Fatal(err)
		}
		for _, line := range want {
			whole.writeLine(line)
		}
		_, _ = c.Flush(), whole.Flush()
		lines, wanted := strings.Split(got.String(), "\n"), strings.Split(all.String(), "\n")
		for i := range min(len(lines), len(wanted)) {
			if i != 2 && lines[i] != wanted[i] { // the rule is ours
				t.Fatalf("line %d is\n%q, want\n%q", i, lines[i], wanted[i])
			}
		}
		if len(lines) != len(wanted) {
			t.Fatalf("%d lines, want %d", len(lines), len(wanted))
		}
	}
}

// TestLongTableMemory checks that a row of a long table costs little, whatever the library needs for one.
func TestLongTableMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector, which runs with -short, takes memory of its own")
	}
	const rows, most = 20_000, 2_000 // bytes for each row
	table := longTable(rows)
	for _, how := range []style{textTable, markdownTable} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		c := canvas{painter: newPainter(false), Writer: bufio.NewWriter(&bytes.Buffer{})}
		if err := c.table(table, how); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if each := (after.TotalAlloc - before.TotalAlloc) / rows; each > most {
			t.Errorf("%d bytes for each row, want at most %d", each, most)
		}
	}
}

// TestPlainCells checks that cells with nothing to escape are shown without work: a table may have millions of them.
func TestPlainCells(t *testing.T) {
	for _, text := range []string{"", "1,500", "0.05 %", "99.9", "my-function-1", "fits", "0.01", "10 x"} {
		if n := testing.AllocsPerRun(10, func() { escape(text) }); n > 0 || escape(text) != text {
			t.Errorf("%q is shown as %q, with %.0f allocations", text, escape(text), n)
		}
	}
	const hash = "0123456789012345678901234567890123456789"
	for _, text := range []string{"@a", "#1", "a GH-1", "gh-1", "www.a", "WWW.a", "a://b", "$a", ":tada:", hash,
		"a " + hash} {
		if plain(text) {
			t.Errorf("%q is not plain", text)
		}
	}
}
