package cli

// path is a flag: a file or folder. It is found from where the program was started: the S3 server changes the working directory.
type path struct {
	given string // as the user wrote it
	at    string // absolute; empty where nobody gave one
}

func (p *path) String() string { return p.given }

func (p *path) Set(text string) (err error) {
	p.given = text
	p.at, err = absolute(text)
	return err
}

func (p *path) Type() string { return "path" }

// write replaces the file that a flag names as a whole.
func (p *path) write(flag string, b []byte) error {
	if err := writeFile(p.at, b); err != nil {
		return usage(flag, "name a place that can be written", "%v", err)
	}
	return nil
}
