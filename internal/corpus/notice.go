package corpus

import "github.com/ziplaw/ziplaw/internal/content"

// Notice is what some files have, which nobody may have wanted.
type Notice struct {
	Kind  string `json:"kind"` // such as "UTF-16 text"
	Files int    `json:"files"`
	First string `json:"first"` // a file's name
	// Text says that the files are text as it should be all the same: only their marks or their line ends are noticed.
	Text bool `json:"text"`
}

// notice counts what is noticed of a file.
func (s *Summary) notice(f File, l content.Look) {
	if l.Bytes == 0 {
		s.count("empty", f.Name, true)
	}
	for _, kind := range l.Notices() {
		s.count(kind, f.Name, l.Text())
	}
}

func (s *Summary) count(kind, name string, text bool) {
	for i := range s.Noticed {
		if s.Noticed[i].Kind == kind {
			s.Noticed[i].Files++
			return
		}
	}
	s.Noticed = append(s.Noticed, Notice{Kind: kind, Files: 1, First: name, Text: text})
}
