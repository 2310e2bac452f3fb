package lineage

import (
	"context"
	"encoding/hex"
	"fmt"
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
	if err := b.walk(ctx, s.version.Records()...); err != nil {
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

// cellNamed walks to a cell through the fit of its data set.
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
	return "", nil, &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("cell %s has no record", c), Hint: "see ziplaw why " + c.String()}
}

// artifact is the graph behind an artifact of the study: the record that made it comes first.
func (s *Study) artifact(ctx context.Context, prefix string) (Graph, error) {
	if !isHex(strings.TrimPrefix(prefix, "sha256:")) {
		return Graph{}, s.unknown(prefix)
	}
	b := s.builder("")
	if err := b.walk(ctx, s.version.Records()...); err != nil {
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
