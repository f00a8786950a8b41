package quantity

import "testing"

// TestMessages checks the spellings of numbers and of sizes of messages.
func TestMessages(t *testing.T) {
	for text, want := range map[string]float64{
		"0": 0, "1M": 1e6, "50000": 5e4, "1,000,000": 1e6, "1.5k": 1500, "1e3": 1000,
	} {
		if got, err := ParseMessages(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "-1", "1.5", "1,5", "2x", "1e13", "1/s", "1e-400"} {
		if got, err := ParseMessages(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
	for text, want := range map[string]int64{"5KB": 5120, "512B": 512, "1MB": 1 << 20, "1.5 kb": 1536} {
		if got, err := ParseRecordSize(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "5", "0B", "11MB", "1GB", "-1KB"} {
		if got, err := ParseRecordSize(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}
