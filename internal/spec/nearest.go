package spec

import (
	"fmt"
	"strings"
)

// nearestKey says which key was likely meant by an unknown one: a near one of the same mapping, or the same one
// elsewhere.
func nearestKey(name string, f *form, path string) string {
	known := f.keys()
	if near := nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	if elsewhere := findKey(rootForm(), "", name); elsewhere != "" {
		return fmt.Sprintf("did you mean %s?", elsewhere)
	}
	return "known here: " + strings.Join(known, ", ")
}

// findKey is the first path of the schema, in the order of names, that ends in a key.
func findKey(f *form, path, name string) string {
	f = f.resolve()
	if f.Items != nil {
		return findKey(f.Items, path+"[]", name)
	}
	for _, key := range f.keys() {
		if key == name {
			return keyPath(path, key)
		}
	}
	for _, key := range f.keys() {
		if found := findKey(f.Properties[key], keyPath(path, key), name); found != "" {
			return found
		}
	}
	return ""
}

// nearest is the name of a list that another was likely meant to be; "" where none is near.
func nearest(name string, names []string) string {
	best, bestDistance := "", len([]rune(name))
	for _, n := range names {
		if d := distance(plain(name), plain(n)); d < bestDistance {
			best, bestDistance = n, d
		}
	}
	if bestDistance > max(1, min(3, len(best)/3)) {
		return ""
	}
	return best
}

// plain leaves out what names differ in by habit: case and what joins words.
func plain(name string) []rune {
	return []rune(strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name)))
}

// distance is the number of runes to insert, delete, replace or swap with their neighbour that makes b of a (optimal
// string alignment).
func distance(a, b []rune) int {
	if len(a) > 64 || len(b) > 64 {
		return max(len(a), len(b))
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			rows[i][j] = step(rows, a, b, i, j)
		}
	}
	return rows[len(a)][len(b)]
}

func step(rows [][]int, a, b []rune, i, j int) int {
	replace := rows[i-1][j-1]
	if a[i-1] != b[j-1] {
		replace++
	}
	d := min(replace, rows[i-1][j]+1, rows[i][j-1]+1)
	if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
		d = min(d, rows[i-2][j-2]+1)
	}
	return d
}
