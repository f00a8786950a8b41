package drain

import (
	"math"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/source"
)

// week takes a week to drain.
func week() calc.Account {
	return calc.Account{Concurrency: 1000, Functions: []calc.Function{{Name: "f", DurationMS: number(500),
		Sources: []source.Source{{Backlog: number(800 * (7*86_400 - 20)), MessagesRPS: number(200),
			MaximumConcurrency: count(50), RetentionS: number(14 * 86_400)}}}}}
}

// BenchmarkWeek is a week by minutes; the target is 5 ms.
func BenchmarkWeek(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if r := result(b, week()); len(r.Functions[0].Minutes) < 10_000 {
			b.Fatal(len(r.Functions[0].Minutes))
		}
	}
}

// BenchmarkSumsWeek is the yardstick of BenchmarkWeek: the backlog of each minute by addition, and nothing else.
func BenchmarkSumsWeek(b *testing.B) {
	for b.Loop() {
		backlog := 800.0 * (7*86_400 - 20)
		rows := make([]Minute, MostMinutes)
		for i := range rows {
			taken := math.Min(backlog+12_000, 60_000)
			backlog += 12_000 - taken
			rows[i] = Minute{TS: float64(60 * (i + 1)), BacklogMessages: backlog, ArrivedMessages: 12_000, TakenMessages: taken}
		}
	}
}
