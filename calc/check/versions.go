package check

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// The rules of this file.
const (
	onLatest      rule.ID = "LC004"
	unaliased     rule.ID = "LC005"
	withSnapStart rule.ID = "LC006"
	orphaned      rule.ID = "LC011"
	versionTaken  rule.ID = "LC019"
	weighted      rule.ID = "LC029"
	noSuchType    rule.ID = "LC034"
)

// versionRules lists the rules of this file that only a check has.
func versionRules() []rule.Rule {
	return []rule.Rule{
		{Number: onLatest, Level: rule.Error,
			Name:   "provisioned on $LATEST",
			Text:   "provisioned concurrency is set on $LATEST, or on an alias of it",
			Why:    "AWS provisions published versions only. Publish one, and set it on an alias of that version.",
			AWS:    aws.OnLatestMessage,
			Source: aws.SourceProvisioned},
		{Number: unaliased, Level: rule.Error,
			Name:   "SAM without AutoPublishAlias",
			Text:   "a SAM function has ProvisionedConcurrencyConfig and no AutoPublishAlias",
			Why:    "Without it SAM publishes no version, and rejects the template. Add AutoPublishAlias.",
			AWS:    aws.UnaliasedMessage,
			Source: aws.SourceSAM},
		{Number: withSnapStart, Level: rule.Error,
			Name:   "provisioned with SnapStart",
			Text:   "a function has SnapStart and provisioned concurrency",
			Why:    "AWS supports only one of them for each version. Remove the other.",
			Source: aws.SourceSnapStart},
		{Number: orphaned, Level: rule.Warning,
			Name: "provisioned on a version without an alias",
			Text: "provisioned concurrency is set on a version that no alias points to",
			Why: "Callers use aliases, so you pay for units that get no requests. Usually an earlier deployment left them " +
				"behind. Delete the setting.",
			Source: aws.SourceProvisioned},
		{Number: versionTaken, Level: rule.Error,
			Name:   "version provisioned twice",
			Text:   "provisioned concurrency is set on an alias and on its version, or on two aliases of one version",
			Why:    "A version can have only one setting, and AWS rejects the second. Keep the one on the alias.",
			AWS:    aws.AliasTakenMessage,
			Source: aws.SourceProvisioned},
		{Number: weighted, Level: rule.Error,
			Name:   "provisioned on a weighted alias",
			Text:   "provisioned concurrency is set on an alias that splits its traffic between two versions",
			Why:    "AWS does not provision an alias with weights. Remove the weights, or the provisioned concurrency.",
			AWS:    aws.WeightsMessage,
			Source: aws.SourceAlias},
		{Number: noSuchType, Level: rule.Error,
			Name:   "no such resource type",
			Text:   "a template has a resource of the type " + noType + ", which does not exist",
			Why:    "CloudFormation rejects the template. Set ProvisionedConcurrencyConfig on an alias or a version.",
			AWS:    fmt.Sprintf(aws.UnrecognizedTypeMessage, noType),
			Source: aws.SourceProvisioned},
	}
}

// noType is a resource type that people expect but CloudFormation does not have.
const noType = "AWS::Lambda::ProvisionedConcurrencyConfig"

// unaliased checks how a SAM template declares provisioned concurrency.
func (c *checker) unaliased(f *Function, d *Deployment) {
	if place, ok := d.Unaliased.Get(); ok {
		c.add(unaliased, report{function: f, place: place, aws: aws.UnaliasedMessage,
			message: "has ProvisionedConcurrencyConfig without AutoPublishAlias", remedy: "add AutoPublishAlias: live"})
	}
}

// noSuchType reports a resource of a type that does not exist. CloudFormation refuses it, whatever the function.
func (c *checker) noSuchType(f *Function, d *Deployment) {
	if place, ok := d.NoSuchType.Get(); ok {
		c.add(noSuchType, report{function: f, place: place, aws: fmt.Sprintf(aws.UnrecognizedTypeMessage, noType),
			message: "a resource has the type " + noType + ", which does not exist, so nothing is provisioned",
			remedy:  "set ProvisionedConcurrencyConfig on an AWS::Lambda::Alias or AWS::Lambda::Version"})
	}
}

// allocations checks where provisioned concurrency is set.
func (c *checker) allocations(f *Function, d *Deployment) {
	versions := map[string]string{} // by alias
	weights := map[string]Alias{}   // by alias, combined from all of its entries
	aliased := map[string]bool{}    // versions that an alias points to
	open := false                   // the version of some alias is not known
	for _, a := range d.Aliases {
		open = open || a.Version == ""
		if versions[a.Name] == "" {
			versions[a.Name] = a.Version
		}
		aliased[a.Version] = true
		all := weights[a.Name]
		all.Weight, all.Weights = all.Weight || a.Weight, all.Weights.Else(a.Weights)
		weights[a.Name] = all
	}
	on := func(qualifier string, isVersion bool, place Place) {
		if qualifier == Latest || versions[qualifier] == Latest {
			c.add(onLatest, report{function: f, place: place, aws: aws.OnLatestMessage,
				message: fmt.Sprintf("provisioned concurrency is set on %s, which is not a published version",
					latestName(qualifier)),
				remedy: "publish a version, and set it on an alias of that version"})
		} else if isVersion && !aliased[qualifier] && !open && !d.UnknownOwner {
			c.add(orphaned, report{function: f, place: place,
				message: fmt.Sprintf("provisioned concurrency is set on %s, and no alias in these files points to it: "+
					"you pay for it, but callers of an alias do not reach it", versionName(qualifier)),
				remedy: "set it on an alias, or delete it"})
		}
	}
	first := calc.Optional[Place]{}
	holders := map[string]Allocation{} // by version
	fixed := d.Fixed()
	for _, a := range d.Provided() {
		if a.Possible {
			continue
		}
		if units, ok := a.Units.Get(); ok && units < 1 {
			if fixed[a.Qualifier] { // a scalable target may go down to 0
				c.belowOne(f, fmt.Sprint(units), a.Place)
			}
			continue
		}
		on(a.Qualifier, a.Version, a.Place)
		c.weights(f, a, weights[a.Qualifier])
		version := a.Qualifier
		if !a.Version {
			version = versions[a.Qualifier]
		}
		// A version that already exists may be older than SnapStart.
		if old := a.Observed && version != "" && strings.Trim(version, "0123456789") == ""; !first.Known() && !old {
			first = calc.Some(a.Place)
		}
		if holder, ok := holders[version]; !ok {
			holders[version] = a
		} else if version != "" && version != Latest && holder.Qualifier != a.Qualifier {
			c.reportTaken(f, holder, a)
		}
	}
	if _, snap := d.SnapStart.Get(); snap && first.Known() {
		c.add(withSnapStart, report{function: f, place: first.Or(Place{}),
			message: fmt.Sprintf("has provisioned concurrency and SnapStart (%s)", d.SnapStart.Or(Place{})),
			remedy:  "remove one of them"})
	}
}

// weights reports an allocation on an alias with more than one version, or for which that is not known.
func (c *checker) weights(f *Function, on Allocation, alias Alias) {
	if alias.Weight {
		c.add(weighted, report{function: f, place: on.Place, aws: aws.WeightsMessage,
			message: fmt.Sprintf("provisioned concurrency is set on the alias %s, which has weights", on.Qualifier),
			remedy:  "remove the weights, or the provisioned concurrency"})
	} else if u, ok := alias.Weights.Get(); ok {
		u.Function = calc.Some(f.Name)
		c.unknown(u)
	}
}

// latestName names the unpublished version, or the alias that points to it.
func latestName(qualifier string) string {
	if qualifier == Latest {
		return Latest
	}
	return fmt.Sprintf("the alias %s of %s", qualifier, Latest)
}

// versionName names a version.
func versionName(qualifier string) string {
	if strings.Trim(qualifier, "0123456789") == "" {
		return "version " + qualifier
	}
	return "the " + qualifier
}

// reportTaken reports two allocations on the same version. AWS refuses the second one.
func (c *checker) reportTaken(f *Function, first, second Allocation) {
	answer, what := aws.AliasTakenMessage, "the alias "+second.Qualifier
	if second.Version {
		answer, what = aws.VersionTakenMessage, versionName(second.Qualifier)
	}
	other := "the alias " + first.Qualifier + " of the same version"
	if first.Version {
		other = "its version"
	}
	c.add(versionTaken, report{function: f, place: second.Place, aws: answer,
		message: fmt.Sprintf("provisioned concurrency is set on %s and on %s (%s)", what, other, first.Place),
		remedy:  "keep only the one on the alias"})
}
