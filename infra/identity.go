package infra

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ownership numbers the processes that have owned a data folder, one after the other. Whoever owned it before has ended: the
// lock says so.
type ownership struct {
	Folder string `json:"folder"` // random, made once
	Number int    `json:"number"` // of the owner, from 1
}

const ownershipFile = "owner.json"

// nextOwner takes the next number.
func nextOwner(dir string) (o ownership, err error) {
	name := filepath.Join(dir, ownershipFile)
	b, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return o, err
	}
	if json.Unmarshal(b, &o) != nil || o.Folder == "" { // none, or not ours
		o = ownership{Folder: rand.Text()[:8]}
	}
	o.Number++
	if b, err = json.Marshal(o); err != nil {
		return o, err
	}
	return o, writeFile(name, b)
}

// identity names a process that owns the folder, such as 4711@host.K3ZPQ7AB-12.
func (o ownership) identity(pid int, host string) string {
	return fmt.Sprintf("%d@%s.%s-%d", pid, host, o.Folder, o.Number)
}

// gone says whether an identity, or whatever begins with one and a slash, is of an earlier owner of the folder.
func (o ownership) gone(identity string) bool {
	process, _, _ := strings.Cut(identity, "/")
	_, text, found := strings.Cut(process, "."+o.Folder+"-")
	number, err := strconv.Atoi(text)
	return found && err == nil && o.Folder != "" && number < o.Number
}
