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

// manDate stands in the footer of the manual pages. It is fixed, so that a page
// changes only when its command does.
var manDate = time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)

// reference adds a Markdown page and a manual page for every command and topic.
func reference(files map[string][]byte) error {
	err := visit(newTree(), func(c *cobra.Command) error {
		var page bytes.Buffer
		if err := doc.GenMarkdown(c, &page); err != nil {
			return err
		}
		const bracket = "[=true|false]" // of switches; the help leaves it out too
		text := strings.ReplaceAll(page.String(), bracket, strings.Repeat(" ", len(bracket)))
		files["reference/"+strings.ReplaceAll(c.CommandPath(), " ", "_")+".md"] = []byte(strings.TrimRight(text, "\n") + "\n")
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
	root.DisableAutoGenTag = true // it has the date of today
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

// completeTopic makes a page of a help topic, which the generators would leave
// out: the page is all that help prints.
func completeTopic(c *cobra.Command) {
	var text bytes.Buffer
	c.SetOut(&text)
	c.HelpFunc()(c, nil)
	c.Long = text.String()
	c.Example = "  " + c.Root().Name() + " help " + c.Name()
	c.Run = func(*cobra.Command, []string) {}
	c.DisableFlagsInUseLine = true
}

// codeBlocks indents what a help text sets off by two spaces to the four that
// Markdown wants.
func codeBlocks(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "  ") {
			lines[i] = "  " + line
		}
	}
	return strings.Join(lines, "\n")
}

// visit calls use for a command and all below it that people may run.
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

// nameValues makes the manual say --rps=RATE. The generator writes the default
// instead, which is no text for most flags, leaves the name of the value in
// backquotes, and takes what follows a < for a tag.
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

// named is a value whose default the generator does not put in quotes.
type named struct{ pflag.Value }

func (named) Type() string { return "" }
