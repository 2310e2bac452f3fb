package lineage

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
)

// builder makes a graph of the records that a walk comes to.
type builder struct {
	study   *Study
	names   *names
	walker  *walker
	graph   Graph
	index   map[string]int // of a node by its id
	edges   map[Edge]bool
	records map[ziplaw.ArtifactID]ziplaw.Record
	samples []ziplaw.ArtifactID
}

func (s *Study) builder(preferred string) *builder {
	return &builder{
		study: s, names: s.names(preferred), walker: newWalker(s.store),
		index: map[string]int{}, edges: map[Edge]bool{}, records: map[ziplaw.ArtifactID]ziplaw.Record{},
	}
}

// walk adds the records that lie behind some, with all that they name.
func (b *builder) walk(ctx context.Context, roots ...ziplaw.ArtifactID) error {
	if err := b.walker.walk(ctx, roots, b.visit); err != nil {
		return err
	}
	for _, id := range b.samples {
		if err := b.files(ctx, id); err != nil {
			return err
		}
	}
	b.samples = nil
	return nil
}

func (b *builder) visit(v visited) {
	id, rec := string(v.id), v.record
	if v.err != nil {
		b.add(Node{ID: id, Kind: b.names.kind(v), Digest: v.id, Label: b.names.known[v.id], State: stateOf(v.err)})
		return
	}
	b.records[v.id] = rec
	b.add(Node{
		ID: id, Kind: b.names.kind(v), Digest: v.id, Label: b.names.of(v), Value: rec.Values,
		Made: &Made{rec.Action, rec.Key, rec.Attempt, rec.Started, rec.Finished, rec.Preimage},
	})
	for _, in := range rec.Inputs {
		if !strings.HasPrefix(in.Role, actions.RecordRole) {
			b.artifact(in, rec)
		}
		b.link(id, string(in.ID), in.Role, RelationInput)
	}
	for _, out := range rec.Outputs {
		b.artifact(out, rec)
		b.link(id, string(out.ID), out.Role, RelationOutput)
	}
	b.madeWith(id, rec)
	if rec.Action == actions.NameSample {
		b.samples = append(b.samples, v.id)
	}
}

// artifact adds an artifact that a record names.
func (b *builder) artifact(r ziplaw.Ref, rec ziplaw.Record) {
	n := Node{ID: string(r.ID), Kind: r.Role, Digest: r.ID}
	if r.Role == actions.RoleOrigin {
		switch src := sourceOf(rec); {
		case src.Class != nil:
			n.Kind, n.Label = "grammar", grammarText(*src.Class)
		case src.Grammar != "":
			n.Kind, n.Label = "grammar", "read from a file"
		default:
			n.Kind, n.Label = "files", "tokens: "+src.Tokenizer
		}
	}
	b.add(n)
}

func grammarText(c ziplaw.GrammarClass) string {
	return fmt.Sprintf("%d non-terminals, %d terminals, %d options of at most %d symbols", c.Nonterminals, c.Terminals, c.Options, c.Length)
}

// madeWith adds what stands in the record itself: seeds, code, the checkpoint that the run went on from, and the model
// where it wasn't kept.
func (b *builder) madeWith(id string, rec ziplaw.Record) {
	for _, s := range seedsOf(rec) {
		node := b.add(Node{
			ID: fmt.Sprintf("seed:%s=%d", s.purpose, s.value), Kind: KindSeed, Label: s.purpose, Value: json.RawMessage(fmt.Sprint(s.value)),
		})
		b.link(id, node.ID, s.purpose, RelationSeed)
	}
	if c := rec.Resumed; c != nil {
		node := b.add(Node{
			ID: "checkpoint:" + string(c.Digest), Kind: KindCheckpoint, Digest: c.Digest, State: StateNotKept,
			Label: fmt.Sprintf("step %d, token %d", c.Step, c.Token),
		})
		b.link(id, node.ID, "checkpoint", RelationCheckpoint)
	}
	b.model(id, rec)
	code := rec.Code
	raw, err := json.Marshal(code)
	if err != nil { // a struct of strings always has a JSON form
		return
	}
	node := b.add(Node{ID: "code:" + ziplaw.IDOf(raw).Hex()[:12], Kind: KindCode, Label: codeText(code), Code: &code})
	b.link(id, node.ID, "code", RelationCode)
	b.accelerator(id, rec.Accelerator)
}

// accelerator adds the device beside the processor that a record was computed on.
func (b *builder) accelerator(id string, a *ziplaw.Accelerator) {
	if a == nil {
		return
	}
	raw, err := json.Marshal(a)
	if err != nil {
		return
	}
	node := b.add(Node{ID: "device:" + ziplaw.IDOf(raw).Hex()[:12], Kind: KindDevice, Label: a.String(), Accelerator: a})
	b.link(id, node.ID, "device", RelationDevice)
}

// model adds the parameters of a cell whose bytes weren't kept; their digest was.
func (b *builder) model(id string, rec ziplaw.Record) {
	if _, kept := rec.Output(actions.RoleModel); kept || rec.Action != actions.NameTrainCell {
		return
	}
	r, err := actions.Values[ziplaw.CellResult](rec)
	model := ziplaw.ArtifactID(r.ModelID)
	if err != nil || r.State != ziplaw.StateDone || model.Validate() != nil {
		return
	}
	b.add(Node{ID: string(model), Kind: actions.RoleModel, Digest: model, State: StateNotKept})
	b.link(id, string(model), actions.RoleModel, RelationOutput)
}

func codeText(c ziplaw.Code) string {
	return fmt.Sprintf("%s, revision %s, %s %s/%s, %s", c.Version, c.Revision, c.Go, c.OS, c.Arch, c.Device)
}

// files adds the files of a data set, from the listing that its sample names.
func (b *builder) files(ctx context.Context, sample ziplaw.ArtifactID) error {
	rec := b.records[sample]
	origin, found := rec.Input(actions.RoleOrigin)
	if !found || sourceOf(rec).Grammar != "" {
		return nil
	}
	listing, err := get(ctx, b.study.store, origin)
	if isBad(err) {
		b.add(Node{ID: string(origin)}).State = stateOf(err)
		return nil
	}
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(listing)) {
		parts := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 3) // sha256 size path
		if len(parts) != 3 || !json.Valid([]byte(parts[1])) {
			continue
		}
		node := b.add(Node{
			ID: "file:" + parts[0] + ":" + parts[2], Kind: KindFile, Digest: ziplaw.ArtifactID("sha256:" + parts[0]),
			Label: parts[2], Value: json.RawMessage(parts[1]),
		})
		b.link(string(origin), node.ID, "file", RelationFile)
	}
	return nil
}
