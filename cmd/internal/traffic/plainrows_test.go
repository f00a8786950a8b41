package traffic_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
)

// TestSimpleRows checks that rows that are read fast give what they give in quotes, which are not. The tables have
// most of what a row may have, and some of what it may not have.
func TestSimpleRows(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	one := func(of ...string) string {
		if random.IntN(60) > 0 {
			return of[0]
		}
		return of[random.IntN(len(of))]
	}
	agreed := 0
	for range 200 {
		header := []string{"time,function,count,avg_ms,throttled", "function,count,time,avg_ms", "avg_s;count;time",
			"count,time,function", "time\tcount\tfunction", "time,function,count,note"}[random.IntN(6)]
		delim := header[strings.IndexAny(header, ",;\t")]
		columns := strings.Split(header, string(delim))
		zone, end := []string{"Z", "", "+01:00"}[random.IntN(3)], []string{"\n", "\r\n"}[random.IntN(2)]
		simple, quoted := header+end, header+end
		for minute := range 12 {
			for _, name := range []string{"a", "ab", "", "c-1"} {
				if random.IntN(20) == 0 {
					continue
				}
				cells := make([]string, len(columns))
				for i, column := range columns {
					switch column {
					case "time":
						at := "2026-11-24T12:" + string(rune('0'+minute/10)) + string(rune('0'+minute%10))
						cells[i] = at + one(":00"+zone, zone, ":00.000"+zone, ":30"+zone, "x", ":00,000"+zone)
					case "function":
						cells[i] = one(name, " "+name, `x"y`, name+"\xff")
					case "count":
						cells[i] = one("5", "", "18000.0", "1e3", "-1", "5.", "5 ", "12345678901234567890", "five", "1.2.3")
					default:
						cells[i] = one("1", "", "120.14285714285714", "0.30000000000000004", ".5", "99999999")
					}
				}
				rest := one("", string(delim), " ", "\n# sum") + end
				simple += strings.Join(cells, string(delim)) + rest
				if strings.IndexByte(cells[0], delim) < 0 {
					cells[0] = `"` + strings.ReplaceAll(cells[0], `"`, `""`) + `"`
				}
				quoted += strings.Join(cells, string(delim)) + rest
			}
		}
		read := func(text string) string {
			result, err := readTexts(t, traffic.Options{Format: "csv"}, text)
			if err != nil {
				return err.Error()
			}
			agreed++
			return traces(result)
		}
		if got, want := read(simple), read(quoted); got != want {
			t.Fatalf("%s\ngot  %s\nwant %s", simple, got, want)
		}
	}
	if agreed < 40 {
		t.Errorf("only %d tables without faults", agreed)
	}
}

// TestPlacesOfRows checks that the line of each row is known when another file has other numbers.
func TestPlacesOfRows(t *testing.T) {
	const header = "time,function,count,avg_ms\n"
	random := rand.New(rand.NewPCG(7, 8))
	first, line := header, 1
	for minute := range 60 {
		for _, name := range []string{"a", "b"} {
			if random.IntN(5) == 0 {
				continue
			}
			at := fmt.Sprintf("2026-11-24T12:%02d:00Z,%s,", minute, name)
			first += at + "5,120.5\n"
			line++
			_, err := readTexts(t, traffic.Options{}, first, header+at+"5,6\n")
			want := fmt.Sprintf("b:2: %s: Duration (Average) at 2026-11-24 12:%02d:00 is 6 here and 120.5 in a:%d; "+
				"give one of the two files",
				name, minute, line)
			if err == nil || err.Error() != want {
				t.Fatalf("got %v, want %s", err, want)
			}
		}
	}
}

// TestGathered checks that rows in the order of time, which are recorded some at a time, give what they give from the
// last to the first, when each is recorded by itself.
func TestGathered(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	for range 30 {
		header := []string{"time,function,count,avg_ms\n", "time;function;count;avg_ms\n"}[random.IntN(2)]
		var rows []string
		for minute := range 60 {
			for _, name := range []string{"a", "b", "c"} {
				cells := []string{fmt.Sprintf("2026-11-24T12:%02d:00Z", minute), name, fmt.Sprint(random.IntN(50)), "120.25"}
				switch random.IntN(12) {
				case 0:
					continue
				case 1:
					cells[2] = ""
				case 2:
					cells[3] = ""
				}
				rows = append(rows, strings.Join(cells, header[4:5])+"\n")
			}
		}
		read := func() string {
			result, err := readTexts(t, traffic.Options{}, header+strings.Join(rows, ""))
			if err != nil {
				t.Fatal(err)
			}
			return traces(result)
		}
		forward := read()
		slices.Reverse(rows)
		if backward := read(); forward != backward {
			t.Fatalf("got %s, want %s", forward, backward)
		}
	}
}
