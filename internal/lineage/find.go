package lineage

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// cell finds a cell's record by its id or by the beginning of its key, and the builder that walked to it. The beginning
// of another action's key finds that one's record.
func (s *Study) cell(ctx context.Context, node string) (ziplaw.ArtifactID, *builder, error) {
	if c, found := s.findCell(node); found {
		return s.cellNamed(ctx, c)
	}
	if !isHex(node) {
		return "", nil, s.unknown(node)
	}
	b := s.builder("")
	if err := b.everything(ctx); err != nil {
		return "", nil, err
	}
	id, err := s.only(node, b, func(n Node) bool { return n.Made != nil && strings.HasPrefix(string(n.Key), node) })
	return id, b, err
}

// leastPrefix is the number of digits from which the beginning of a key or digest counts as one.
const leastPrefix = 4

func isHex(s string) bool {
	_, err := hex.DecodeString(s + strings.Repeat("0", len(s)%2))
	return err == nil && len(s) >= leastPrefix
}

// only finds the one node that matches.
func (s *Study) only(what string, b *builder, match func(Node) bool) (ziplaw.ArtifactID, error) {
	var found []string
	for _, n := range b.graph.Nodes {
		if n.Digest == ziplaw.ArtifactID(n.ID) && match(n) {
			found = append(found, n.ID)
		}
	}
	switch len(found) {
	case 0:
		return "", s.unknown(what)
	case 1:
		return ziplaw.ArtifactID(found[0]), nil
	}
	return "", &ziplaw.Error{Code: ziplaw.CodeUsage, Message: fmt.Sprintf("%s is the beginning of %d names", what, len(found)),
		Hint: "give more digits: " + strings.Join(found[:min(3, len(found))], ", ")}
}

// cellNamed walks to a cell by its data set: through the fit, or by its key where the fit didn't take it.
func (s *Study) cellNamed(ctx context.Context, c ziplaw.Cell) (ziplaw.ArtifactID, *builder, error) {
	m, _ := s.measured(c.DataSet)
	b := s.builder(c.DataSet)
	if err := b.walk(ctx, m.Fit); err != nil {
		return "", nil, err
	}
	for id := range b.records {
		if b.names.known[id] == c.String() {
			return id, b, nil
		}
	}
	d, err := s.sampled(ctx, m.Sample)
	if err != nil {
		return "", nil, err
	}
	id, err := s.filed(ctx, c, d)
	if err == nil && id == "" {
		err = &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("cell %s has no record", c), Hint: "see ziplaw why " + c.String()}
	}
	if err != nil {
		return "", nil, err
	}
	b.names.known[id] = c.String()
	return id, b, b.walk(ctx, id)
}

// everything walks to all records of the study.
func (b *builder) everything(ctx context.Context) error {
	if err := b.walk(ctx, b.study.version.Records()...); err != nil {
		return err
	}
	extra, _, err := b.study.unfitted(ctx, b.records)
	if err != nil {
		return err
	}
	for _, m := range b.study.version.DataSets {
		for _, c := range extra[m.DataSet] {
			b.names.add(c)
			if err := b.walk(ctx, c.record); err != nil {
				return err
			}
		}
	}
	return nil
}

// filedCell is a cell with the record that stands under its key.
type filedCell struct {
	cell   ziplaw.Cell
	record ziplaw.ArtifactID
}

// add names a cell that no record of the study leads to.
func (n *names) add(c filedCell) {
	if n.known[c.record] == "" {
		n.known[c.record], n.roles[c.record] = c.cell.String(), KindCell
	}
}

// unfitted finds the cells of each data set that its fit didn't take, in the order of the grid: they diverged, or their
// records were lost. Whole is false where a data set's sample can't be read, and so none of its cells is found.
func (s *Study) unfitted(ctx context.Context, records map[ziplaw.ArtifactID]ziplaw.Record) (found map[string][]filedCell, whole bool, err error) {
	found, whole = map[string][]filedCell{}, true
	for _, m := range s.version.DataSets {
		cells := s.untaken(m, records)
		if len(cells) == 0 {
			continue
		}
		d, err := s.sampled(ctx, m.Sample)
		if isBad(err) {
			whole = false
			continue
		}
		if err != nil {
			return nil, false, err
		}
		for _, c := range cells {
			id, err := s.filed(ctx, c, d)
			if err != nil {
				return nil, false, err
			}
			if id != "" {
				found[m.DataSet] = append(found[m.DataSet], filedCell{c, id})
			}
		}
	}
	return found, whole, nil
}

// untaken are the cells of a data set's grid that its fit names no readable record of.
func (s *Study) untaken(m ziplaw.Measured, records map[ziplaw.ArtifactID]ziplaw.Record) []ziplaw.Cell {
	taken := map[ziplaw.Cell]bool{}
	for _, in := range records[m.Fit].Inputs {
		if c, err := cellOf(records[in.ID], s.name(), m.DataSet); in.Role == roleCell && err == nil {
			taken[c] = true
		}
	}
	return slices.DeleteFunc(s.spec.Cells(m.DataSet), func(c ziplaw.Cell) bool { return taken[c] })
}

// artifact is the graph behind an artifact of the study: the record that made it comes first.
func (s *Study) artifact(ctx context.Context, prefix string) (Graph, error) {
	if !isHex(strings.TrimPrefix(prefix, "sha256:")) {
		return Graph{}, s.unknown(prefix)
	}
	b := s.builder("")
	if err := b.everything(ctx); err != nil {
		return Graph{}, err
	}
	id, err := s.only(prefix, b, func(n Node) bool { return strings.HasPrefix(n.ID, prefix) })
	if err != nil {
		return Graph{}, err
	}
	for _, e := range b.graph.Edges {
		if e.To == string(id) && e.Relation == RelationOutput {
			b.link(string(id), e.From, e.Role, RelationMadeBy)
		}
	}
	return b.graph.from(string(id)), nil
}
