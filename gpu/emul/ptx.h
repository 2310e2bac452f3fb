// The entries of a PTX text (PTX ISA, sections "Kernel and function directives" and "Performance-tuning directives").
#pragma once
#include <string>
#include <vector>

struct PTXEntry {
  std::string name;
  std::vector<int> sizes; // of the parameters, in bytes
  int most_threads = 0;   // of .maxntid; 0 where there is none
};

// The entries; empty for what is no PTX.
std::vector<PTXEntry> ptx_entries(const char *text);
