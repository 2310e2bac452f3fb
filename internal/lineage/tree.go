package lineage

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/xlab/treeprint"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
)

// fold is how many nodes of one kind a tree shows below another. Of more it shows the first few and the count.
const (
	fold      = 6
	foldShown = 2
)

// Tree is the graph as text: the first node with its number, and below each node what it was made from. A node that
// stands in several places is drawn out at the first. Where many nodes of a kind would follow one another, all shows all
// of them.
func (g Graph) Tree(all bool) string {
	if len(g.Nodes) == 0 {
		return ""
	}
	t := treeText{all: all, nodes: map[string]Node{}, below: map[string][]Edge{}, drawn: map[string]bool{}}
	for _, n := range g.Nodes {
		t.nodes[n.ID] = n
	}
	for _, e := range g.Edges {
		t.below[e.From] = append(t.below[e.From], e)
	}
	root := g.Nodes[0]
	tree := treeprint.NewWithRoot(root.text())
	t.drawn[root.ID] = true
	t.draw(tree, root.ID)
	return tree.String()
}

type treeText struct {
	all   bool
	nodes map[string]Node
	below map[string][]Edge
	drawn map[string]bool
}

// draw draws what lies below a node: groups of one kind, then what has been drawn before, in one line.
func (t *treeText) draw(at treeprint.Tree, id string) {
	var above []string
	for _, group := range t.groups(id) {
		fresh := slices.DeleteFunc(slices.Clone(group), func(n Node) bool { return t.drawn[n.ID] })
		for _, n := range group {
			if t.drawn[n.ID] {
				above = append(above, n.short())
			}
		}
		t.group(at, fresh)
	}
	switch {
	case len(above) > fold && !t.all:
		above = append(above[:foldShown:foldShown], fmt.Sprintf("%d more", len(above)-foldShown))
		fallthrough
	case len(above) > 0:
		at.AddNode("and from above: " + strings.Join(above, ", "))
	}
}

func (t *treeText) group(at treeprint.Tree, nodes []Node) {
	shown := nodes
	if len(nodes) > fold && !t.all {
		at = at.AddBranch(fmt.Sprintf("%s %s", humanize.Comma(int64(len(nodes))), plural(nodes[0].Kind)))
		shown = nodes[:foldShown]
	}
	for _, n := range shown {
		t.drawn[n.ID] = true
	}
	for _, n := range shown {
		if len(t.below[n.ID]) == 0 {
			at.AddNode(n.text())
			continue
		}
		t.draw(at.AddBranch(n.text()), n.ID)
	}
	if left := len(nodes) - len(shown); left > 0 {
		at.AddNode(fmt.Sprintf("%s more (--all shows them)", humanize.Comma(int64(left))))
	}
}

// groups are the nodes below another by their kind: data first, then results, seeds and code.
func (t *treeText) groups(id string) [][]Node {
	var (
		kinds []string
		of    = map[string][]Node{}
	)
	for _, e := range t.below[id] {
		n := t.nodes[e.To]
		if of[n.Kind] == nil {
			kinds = append(kinds, n.Kind)
		}
		of[n.Kind] = append(of[n.Kind], n)
	}
	slices.SortStableFunc(kinds, func(a, b string) int { return rank(a) - rank(b) })
	groups := make([][]Node, len(kinds))
	for i, k := range kinds {
		groups[i] = of[k]
	}
	return groups
}

// rank orders kinds below a node.
func rank(kind string) int {
	order := []string{actions.NameSample, actions.NameCompress, "", KindCell, actions.NameFit, actions.NameRegress, KindCheckpoint, KindSeed, actions.RoleSpec, KindDevice, KindCode}
	if i := slices.Index(order, kind); i >= 0 {
		return i
	}
	return slices.Index(order, "")
}

// plural names several nodes of a kind.
func plural(kind string) string {
	switch kind {
	case actions.RoleDocuments:
		return "shards of documents"
	case KindCell, KindFile, actions.NameFit, actions.NameSample:
		return kind + "s"
	}
	return "of " + kind
}

// text is a node in one line.
func (n Node) text() string {
	var text string
	switch n.Kind {
	case KindNumber:
		text = fmt.Sprintf("%s = %s", n.ID, n.Value)
		if n.Interval != nil {
			text += fmt.Sprintf(", %g %% interval %.6g to %.6g", 100*n.Level, n.Interval[0], n.Interval[1])
		}
		return text
	case KindSeed:
		return fmt.Sprintf("seed of %s: %s", n.Label, n.Value)
	case KindCode, KindDevice:
		return n.Kind + " " + n.Label
	case KindFile:
		text = fmt.Sprintf("file %s, %s bytes", n.Label, n.Value)
	default:
		text = strings.TrimSpace(n.Kind + " " + n.Label)
	}
	text += n.results() + "  " + shortID(n.Digest)
	if n.Made != nil {
		text += fmt.Sprintf("  key %s  %s, %s", n.Key.Short(), n.Finished.UTC().Format(time.DateTime), n.Finished.Sub(n.Started).Round(time.Millisecond))
	}
	if n.State != "" {
		text += "  (" + n.State + ")"
	}
	return text
}

// results are the numbers of a cell or a data set that a person looks for first.
func (n Node) results() string {
	if n.Made == nil {
		return ""
	}
	switch n.Action {
	case actions.NameTrainCell:
		var r ziplaw.CellResult
		if json.Unmarshal(n.Value, &r) != nil {
			return ""
		}
		if r.State == ziplaw.StateDiverged {
			return fmt.Sprintf(", diverged at step %d", r.DivergedAt)
		}
		text := fmt.Sprintf(", loss %.4f", r.Validation)
		for _, c := range r.Converted {
			text += fmt.Sprintf(", converted from %s at step %d (class R2)", c.From, c.Step)
		}
		return text
	case actions.NameCompress:
		var r ziplaw.DataSetResult
		if json.Unmarshal(n.Value, &r) == nil {
			return fmt.Sprintf(", H %.4f", r.H.Value)
		}
	}
	return ""
}

// short names a node that was drawn before.
func (n Node) short() string {
	switch n.Kind {
	case KindSeed:
		return fmt.Sprintf("seed of %s %s", n.Label, n.Value)
	case KindCode, KindDevice:
		return n.Kind
	}
	if n.Made != nil {
		return n.Kind + " " + n.Label
	}
	return n.Kind + " " + shortID(n.Digest)
}

// shortID is enough of an artifact's id to find it again.
func shortID(id ziplaw.ArtifactID) string {
	const digits = 12
	h := id.Hex()
	return "sha256:" + h[:min(digits, len(h))]
}
