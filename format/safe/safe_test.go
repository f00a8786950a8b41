package safe_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/lambdacap/lambdacap/format/safe"
)

// TestText checks how text is shown that no program may obey. The commands are those of GitHub's runner; the
// characters are those of CVE-2021-42574 (bidirectional controls), of ECMA-48 (ESC, C1) and of Unicode's
// Default_Ignorable_Code_Point.
func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		"checkout":                     "checkout",
		"Zürich, 東京, 🚀":                "Zürich, 東京, 🚀",
		`a\b "c"`:                      `a\b "c"`,
		"a\x1b[31m\x07b\x7f":           `a\x1b[31m\ab\x7f`,
		"\x1b]52;c;eA==\x07":           `\x1b]52;c;eA==\a`,
		"a\nb\r\tc":                    `a\nb\r\tc`,
		"a\u0085b\u009bc\u2028d\u2029": `a\u0085b\u009bc\u2028d\u2029`,
		"a\u202eb\u2066c\u200bd\ufeff": `a\u202eb\u2066c\u200bd\ufeff`,
		"a\u00a0b\u3000c":              `a\u00a0b\u3000c`,
		"\u3164\u115f\u034f\ufe0f":     `\u3164\u115f\u034f\ufe0f`,
		"\u2800":                       `\u2800`,
		"\U000e0041":                   `\U000e0041`,
		"\xff\xc0":                     `\xff\xc0`,
		"\ufffd":                       "\ufffd",
		"::add-mask::e":                `:\x3aadd-mask::e`,
		"x ::stop-commands::t":         `x :\x3astop-commands::t`,
		"x  ::a  ::b":                  `x  :\x3aa  :\x3ab`,
		"AWS::Lambda::Function":        "AWS::Lambda::Function",
		"x ##[stop-commands]t":         `x #\x23[stop-commands]t`,
		"###[a] ##vso[b] C# #1":        `#\x23\x23[a] #\x23vso[b] C# #1`,
		"\n::a":                        `\n::a`,
		":::a":                         `:\x3a:a`,
	} {
		if got := safe.Text(text); got != want {
			t.Errorf("%q is shown as %s, want %s", text, got, want)
		}
	}
	if got := safe.Lines("::a\nb\x1b\n::c"); got != ":\\x3aa\nb\\x1b\n:\\x3ac" {
		t.Errorf("%q", got)
	}
}

// FuzzText checks that everything shown is visible, that no line is a command, and that safe text stays unchanged.
func FuzzText(f *testing.F) {
	f.Add("x ##[stop-commands]tok", "::add-mask::e")
	f.Add("\u202e\x1b", " : : :")
	f.Fuzz(func(t *testing.T, one, two string) {
		got := safe.Text(one + two)
		for _, r := range got {
			if !unicode.IsPrint(r) {
				t.Errorf("%q has %U", got, r)
			}
		}
		if !utf8.ValidString(got) || strings.Contains(got, "##") || strings.HasPrefix(strings.TrimLeft(got, " "), "::") ||
			strings.Contains(got, " ::") || safe.Text(got) != got {
			t.Errorf("%q is shown as %q", one+two, got)
		}
	})
}
