package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	imageRoot = "/var/lib/limited-volumes"
	blockSize = 4096
	// The file system of a new image: a directory that all may write to. It is the volume, not the
	// root of the file system: as long as nothing is mounted it does not exist, and the kubelet
	// keeps pods waiting instead of letting them write to the node's disk.
	contents = "/none\n0 0\nd--755 0 0\ndata d--777 0 0\n$\n$\n"
)

// image is a directory of the node with a file and the place where it is mounted. The file system
// is XFS: to grow a mounted ext4 takes CAP_SYS_RESOURCE, which not every machine gives away.
// All methods may be repeated after they failed, or after the agent ended halfway.
type image struct{ directory string }

func imageOf(volume string) image { return image{filepath.Join(imageRoot, volume)} }

func (i image) file() string  { return filepath.Join(i.directory, "image") }
func (i image) place() string { return filepath.Join(i.directory, "mount") }
func (i image) data() string  { return filepath.Join(i.place(), "data") }

func (i image) create(size int64) error {
	if _, err := os.Stat(hostRoot + i.file()); err == nil {
		return nil
	}
	if err := os.MkdirAll(hostRoot+i.place(), 0o755); err != nil {
		return err
	}
	prototype, unfinished := i.file()+".contents", i.file()+".new"
	if err := os.WriteFile(hostRoot+prototype, []byte(contents), 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(hostRoot+unfinished, nil, 0o600); err != nil {
		return err
	}
	if err := os.Truncate(hostRoot+unfinished, wholeBlocks(size)); err != nil {
		return err
	}
	// Three variables that XFS's own tests set: with them it makes file systems below 300 MB.
	_, err := onNode("TEST_DEV=1", "TEST_DIR=1", "QA_CHECK_FS=1",
		"mkfs.xfs", "-q", "-f", "-p", prototype, unfinished)
	if err != nil {
		return err
	}
	return os.Rename(hostRoot+unfinished, hostRoot+i.file())
}

func (i image) mount() error {
	if _, err := os.Stat(hostRoot + i.data()); err == nil {
		return nil
	}
	// The kernel detaches a loop device that mount has made when the last mount of it is gone, also
	// when that is because the node was killed.
	_, err := onNode("mount", "-o", "loop", i.file(), i.place())
	return err
}

func (i image) grow(size int64) error {
	if old, err := os.Stat(hostRoot + i.file()); err != nil {
		return err
	} else if old.Size() < wholeBlocks(size) {
		if err := os.Truncate(hostRoot+i.file(), wholeBlocks(size)); err != nil {
			return err
		}
	}
	device, err := onNode("findmnt", "-n", "-o", "SOURCE", "-M", i.place())
	if err != nil {
		return err
	}
	if _, err := onNode("losetup", "--set-capacity", device); err != nil {
		return err
	}
	_, err = onNode("xfs_growfs", "-d", i.place())
	return err
}

func (i image) remove() error {
	if _, err := os.Stat(hostRoot + i.data()); err == nil {
		if _, err := onNode("umount", i.place()); err != nil {
			return err
		}
	}
	return os.RemoveAll(hostRoot + i.directory)
}

// wholeBlocks rounds up: a loop device ignores what is left over at the end of its file.
func wholeBlocks(size int64) int64 {
	return (size + blockSize - 1) / blockSize * blockSize
}

// onNode runs a program of the node with the node's root as its own, so that this image needs none.
// Mounts arrive at the node because the root is shared with it (mountPropagation: Bidirectional).
func onNode(words ...string) (string, error) {
	command := exec.Command("/usr/bin/env", words...)
	command.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	command.Dir = "/"
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: hostRoot}
	output, err := command.CombinedOutput()
	text := strings.TrimSpace(string(output))
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(words, " "), err, text)
	}
	return text, nil
}
