package main

import (
	"bytes"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/cmd"
)

// manDate is the date at the foot of the manual pages. It is fixed, so that a page changes only with its command.
var manDate = time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)

// reference adds a Markdown page and a manual page for every command and topic.
func reference(files map[string][]byte) error {
	err := visit(newTree(), func(c *cobra.Command) error {
		var page bytes.Buffer
		if err := doc.GenMarkdown(c, &page); err != nil {
			return err
		}
		const bracket = "[=true|false]" // follows every switch; the help omits it too
		text := strings.ReplaceAll(page.String(), bracket, strings.Repeat(" ", len(bracket)))
		name := "reference/commands/" + strings.ReplaceAll(c.CommandPath(), " ", "_") + ".md"
		files[name] = []byte(strings.TrimRight(text, "\n") + "\n")
		return nil
	})
	if err != nil {
		return err
	}
	tree := newTree()
	nameValues(tree)
	return visit(tree, func(c *cobra.Command) error {
		var page bytes.Buffer
		header := doc.GenManHeader{Section: "1", Date: &manDate, Source: "lambdacap", Manual: "lambdacap manual"}
		if err := doc.GenMan(c, &header, &page); err != nil {
			return err
		}
		files["man/"+strings.ReplaceAll(c.CommandPath(), " ", "-")+".1"] = page.Bytes()
		return nil
	})
}

// newTree returns the commands, prepared for the generators.
func newTree() *cobra.Command {
	root := cmd.NewRoot(cmd.Env{})
	root.DisableAutoGenTag = true // the tag contains today's date
	for _, c := range root.Commands() {
		if c.IsAdditionalHelpTopicCommand() {
			completeTopic(c)
		}
	}
	_ = visit(root, func(c *cobra.Command) error {
		c.Long = codeBlocks(strings.TrimRight(c.Long, "\n"))
		return nil
	})
	return root
}

// completeTopic turns a help topic into a command, because the generators skip topics. The page is what
// lambdacap help TOPIC prints.
func completeTopic(c *cobra.Command) {
	var text bytes.Buffer
	c.SetOut(&text)
	c.HelpFunc()(c, nil)
	c.Long = text.String()
	c.Example = "  " + c.Root().Name() + " help " + c.Name()
	c.Run = func(*cobra.Command, []string) {}
	c.DisableFlagsInUseLine = true
}

// codeBlocks indents code in a help text by four spaces, as Markdown requires. Help texts indent it by two.
func codeBlocks(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "  ") {
			lines[i] = "  " + line
		}
	}
	return strings.Join(lines, "\n")
}

// visit calls use for every available subcommand of a command, children first, and then for the command itself.
func visit(c *cobra.Command, use func(*cobra.Command) error) error {
	for _, sub := range c.Commands() {
		if !sub.IsAvailableCommand() {
			continue
		}
		if err := visit(sub, use); err != nil {
			return err
		}
	}
	return use(c)
}

// nameValues makes the manual pages say --rps=RATE. The generator would write the default instead, which is empty for
// most flags. It would also keep the backquotes around the name of the value, and treat text after a < as a tag.
func nameValues(root *cobra.Command) {
	done := map[*pflag.Flag]bool{} // commands share flags
	escape := strings.NewReplacer("<", `\<`, "*", `\*`, "_", `\_`)
	_ = visit(root, func(c *cobra.Command) error {
		c.LocalFlags().VisitAll(func(flag *pflag.Flag) {
			if name, usage := pflag.UnquoteUsage(flag); !done[flag] && name != "" {
				flag.DefValue, flag.Usage, flag.Value = name, escape.Replace(usage), named{flag.Value}
			}
			done[flag] = true
		})
		return nil
	})
}

// named is a flag's value without a type, so that the generator does not put its default in quotes.
type named struct{ pflag.Value }

func (named) Type() string { return "" }
