package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// process is a server and what it has started. The zero one is nobody's.
type process struct{ pid int }

// members are the process and its descendants.
func (p process) members() ([]int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	children := map[int][]int{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if f, err := statOf(pid); err == nil { // it may have ended meanwhile
			parent, _ := strconv.Atoi(f[1])
			children[parent] = append(children[parent], pid)
		}
	}
	all := []int{p.pid}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all, nil
}

// statOf reads the fields of /proc/PID/stat behind the name: the state is 0.
func statOf(pid int) ([]string, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, err
	}
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	if len(f) < 13 {
		return nil, errors.New("/proc has another form here")
	}
	return f, nil
}

// cpu is the processor time that it has used, user and system.
func (p process) cpu() (sum time.Duration, err error) {
	if p.pid == 0 {
		return 0, nil
	}
	all, err := p.members()
	for _, pid := range all {
		f, statErr := statOf(pid)
		if statErr != nil {
			return 0, statErr
		}
		user, _ := strconv.Atoi(f[11])
		system, _ := strconv.Atoi(f[12])
		sum += time.Duration(user+system) * (time.Second / 100) // USER_HZ is 100 everywhere
	}
	return sum, err
}

// memory is the resident set (RSS) and the part of it that is its own (PSS).
func (p process) memory() (rss, pss int64, err error) {
	if p.pid == 0 {
		return 0, 0, nil
	}
	all, err := p.members()
	for _, pid := range all {
		r, s, rollupErr := rollup(pid)
		if rollupErr != nil {
			return 0, 0, rollupErr
		}
		rss, pss = rss+r, pss+s
	}
	return rss, pss, err
}

func rollup(pid int) (rss, pss int64, err error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ":")
		var n int64
		_, _ = fmt.Sscan(value, &n) // the first line has none
		switch name {
		case "Rss":
			rss = n << 10
		case "Pss":
			pss = n << 10
		}
	}
	return rss, pss, nil
}
