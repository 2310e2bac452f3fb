package storage

import (
	"cmp"
	"errors"
	"strconv"
	"strings"
	"time"
)

// age is a flag: a time that has passed, such as 36h or 7d.
type age time.Duration

func (a *age) String() string {
	d := time.Duration(*a)
	if days := d / (24 * time.Hour); d > 0 && d%(24*time.Hour) == 0 {
		return strconv.Itoa(int(days)) + "d"
	}
	text := strings.TrimSuffix(d.String(), "0s")
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return cmp.Or(text, "0s")
}

func (a *age) Set(text string) error {
	d, err := time.ParseDuration(text)
	if days, isDays := strings.CutSuffix(text, "d"); isDays {
		var n int64
		if n, err = strconv.ParseInt(days, 10, 32); err == nil && n <= 36500 {
			d = time.Duration(n) * 24 * time.Hour
		} else {
			err = errors.New("no days")
		}
	}
	if err != nil || d < 0 {
		return errors.New("no time such as 36h or 7d")
	}
	*a = age(d)
	return nil
}

func (a *age) Type() string { return "age" }
