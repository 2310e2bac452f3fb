package lineage

import (
	"encoding/json"
	"time"

	"github.com/ziplaw/ziplaw"
)

// Graph is what a number, or an artifact, goes back to. The first node is what was asked for; edges lead from what is
// made to what it is made from, and from a record to what it made beside.
type Graph struct {
	Nodes []Node `json:"nodes"`
	Edges []Edge `json:"edges"`
}

// Kinds of nodes. An artifact that is no record has its role for a kind, such as losses or documents.
const (
	KindNumber     = "number"
	KindCell       = "cell"
	KindSeed       = "seed"
	KindCode       = "code"
	KindDevice     = "device"
	KindFile       = "file"
	KindCheckpoint = "checkpoint"
)

// States of nodes that aren't there as they should be.
const (
	StateMissing = "missing"
	StateCorrupt = "corrupt"
	StateNotKept = "not kept"
)

// Node is a number, a record, another artifact, or what a record was made with.
type Node struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	// Digest is the sha256 of the bytes: of an artifact, a file, or the record that a number stands in. Seeds and code
	// have none.
	Digest ziplaw.ArtifactID `json:"digest"`
	Label  string            `json:"label,omitempty"`
	Value  json.RawMessage   `json:"value,omitempty"`
	// Interval of a number, at a level; absent where there is none.
	Interval *[2]float64 `json:"interval,omitempty"`
	Level    float64     `json:"level,omitempty"`
	State    string      `json:"state,omitempty"`
	*Made
	Code        *ziplaw.Code        `json:"code,omitempty"`
	Accelerator *ziplaw.Accelerator `json:"accelerator,omitempty"`
}

// Made says how a record came about.
type Made struct {
	Action   string          `json:"action"`
	Key      ziplaw.Key      `json:"key"`
	Attempt  string          `json:"attempt"`
	Started  time.Time       `json:"started"`
	Finished time.Time       `json:"finished"`
	Preimage json.RawMessage `json:"preimage"`
}

// Edge says that From was made from To, which played the role, or that From made To beside.
type Edge struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Role     string `json:"role"`
	Relation string `json:"relation"`
}

// Relations of edges.
const (
	RelationNumber     = "number" // To is the record that the number stands in
	RelationInput      = "input"
	RelationOutput     = "output"
	RelationMadeBy     = "made-by" // To is the record that made the artifact
	RelationSeed       = "seed"
	RelationCode       = "code"
	RelationDevice     = "device" // the accelerator that it was computed on
	RelationFile       = "file"
	RelationCheckpoint = "checkpoint" // the run went on from it
)

// add adds a node that isn't there yet, and returns it.
func (b *builder) add(n Node) *Node {
	if i, there := b.index[n.ID]; there {
		return &b.graph.Nodes[i]
	}
	b.index[n.ID] = len(b.graph.Nodes)
	b.graph.Nodes = append(b.graph.Nodes, n)
	return &b.graph.Nodes[len(b.graph.Nodes)-1]
}

func (b *builder) link(from, to, role, relation string) {
	e := Edge{From: from, To: to, Role: role, Relation: relation}
	if !b.edges[e] {
		b.edges[e] = true
		b.graph.Edges = append(b.graph.Edges, e)
	}
}

// from keeps what can be reached from a node, which becomes the first.
func (g Graph) from(root string) Graph {
	next := map[string][]Edge{}
	for _, e := range g.Edges {
		if e.To != root {
			next[e.From] = append(next[e.From], e)
		}
	}
	reached := map[string]bool{root: true}
	kept := Graph{Nodes: []Node{}, Edges: []Edge{}}
	for todo := []string{root}; len(todo) > 0; todo = todo[1:] {
		for _, e := range next[todo[0]] {
			kept.Edges = append(kept.Edges, e)
			if !reached[e.To] {
				reached[e.To] = true
				todo = append(todo, e.To)
			}
		}
	}
	for _, n := range g.Nodes {
		if n.ID == root {
			kept.Nodes = append([]Node{n}, kept.Nodes...)
		} else if reached[n.ID] {
			kept.Nodes = append(kept.Nodes, n)
		}
	}
	return kept
}
