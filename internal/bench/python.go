package bench

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// peerModule is what all peers import.
//
//go:embed peer.py
var peerModule string

// Script is a peer's program.
type Script struct {
	Name    string // of its file
	Text    string
	Install string // how to install what it needs
}

// Missing says that a peer can't be: Python, or a module of it, isn't there.
type Missing struct{ What, Install string }

func (e *Missing) Error() string { return fmt.Sprintf("%s isn't installed: %s", e.What, e.Install) }

// Python starts peers and keeps them for the cases to come. It is for one goroutine.
type Python struct {
	Program string // python3, or the path of another one
	dir     string
	running map[string][]*process // idle, by script
	missing map[string]*Missing   // by script
	say     func(format string, args ...any)
}

// NewPython makes a place for scripts, which Close removes. Say may be nil.
func NewPython(program string, say func(format string, args ...any)) (*Python, error) {
	dir, err := os.MkdirTemp("", "ziplaw-bench-")
	if err != nil {
		return nil, fmt.Errorf("a place for peers' scripts: %w", err)
	}
	if say == nil {
		say = func(string, ...any) {}
	}
	p := &Python{Program: program, dir: dir, running: map[string][]*process{}, missing: map[string]*Missing{}, say: say}
	return p, p.write("ziplaw_peer.py", peerModule)
}

func (p *Python) write(name, text string) error {
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600); err != nil {
		return fmt.Errorf("a peer's script: %w", err)
	}
	return nil
}

// Close ends all peers.
func (p *Python) Close() {
	for _, all := range p.running {
		for _, peer := range all {
			peer.end()
		}
	}
	_ = os.RemoveAll(p.dir)
}

// take gives an idle process of a script, or starts one. The error is *Missing where something isn't installed.
func (p *Python) take(ctx context.Context, s Script, threads int) (*process, error) {
	if m := p.missing[s.Name]; m != nil {
		return nil, m
	}
	key := fmt.Sprint(s.Name, " ", threads)
	if idle := p.running[key]; len(idle) > 0 {
		p.running[key] = idle[:len(idle)-1]
		return idle[len(idle)-1], nil
	}
	program, err := exec.LookPath(p.Program)
	if err != nil {
		return nil, p.lacks(s, &Missing{p.Program, "install Python 3, then " + s.Install + ", or name another one with --python"})
	}
	if err := p.write(s.Name, s.Text); err != nil {
		return nil, err
	}
	peer, err := start(ctx, program, filepath.Join(p.dir, s.Name), threads)
	if missing, ok := errors.AsType[*Missing](err); ok {
		return nil, p.lacks(s, &Missing{missing.What, fmt.Sprintf("%s, for %s", s.Install, program)})
	}
	if err != nil {
		return nil, err
	}
	peer.key = key
	return peer, nil
}

func (p *Python) lacks(s Script, m *Missing) error {
	p.missing[s.Name] = m
	return m
}

// giveBack keeps a process for the next case, unless it has ended.
func (p *Python) giveBack(peer *process) {
	if peer.dead {
		return
	}
	p.running[peer.key] = append(p.running[peer.key], peer)
}
