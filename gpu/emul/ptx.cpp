#include "ptx.h"

#include <stdlib.h>
#include <string.h>

namespace {

// A parameter such as ".param .u64 name" or ".param .align 8 .b8 name[24]".
int size_of(const std::string &parameter) {
  static const char *const types[] = {"8", "16", "32", "64"};
  int bytes = 0;
  for (size_t dot = parameter.find('.'); dot != std::string::npos; dot = parameter.find('.', dot + 1)) {
    char kind = dot + 1 < parameter.size() ? parameter[dot + 1] : 0;
    if (!kind || !strchr("busf", kind) || bytes) continue;
    for (const char *type : types) {
      size_t n = strlen(type);
      if (!parameter.compare(dot + 2, n, type) && !isdigit(parameter[dot + 2 + n])) bytes = atoi(type) / 8;
    }
  }
  size_t array = parameter.find('[');
  return array == std::string::npos ? bytes : bytes * atoi(parameter.c_str() + array + 1);
}

std::vector<int> sizes_of(const std::string &parameters) {
  std::vector<int> sizes;
  for (size_t at = parameters.find(".param"); at != std::string::npos;) {
    size_t next = parameters.find(".param", at + 1);
    sizes.push_back(size_of(parameters.substr(at + 6, next == std::string::npos ? next : next - at - 6)));
    at = next;
  }
  return sizes;
}

// Directives lie between the parameters and the body.
int most_threads(const std::string &directives) {
  size_t at = directives.find(".maxntid");
  if (at == std::string::npos) return 0;
  int threads = 1;
  const char *p = directives.c_str() + at + strlen(".maxntid");
  while (isspace(*p) || isdigit(*p) || *p == ',') {
    if (isdigit(*p)) threads *= strtol(p, const_cast<char **>(&p), 10);
    else p++;
  }
  return threads;
}

} // namespace

std::vector<PTXEntry> ptx_entries(const char *text) {
  std::vector<PTXEntry> entries;
  if (!strstr(text, ".version") || !strstr(text, ".target")) return entries;
  const char *word = ".entry";
  for (const char *p = strstr(text, word); p; p = strstr(p, word)) {
    p += strlen(word);
    p += strspn(p, " \t\n");
    const char *end = p + strcspn(p, " \t\n({"), *body = strchr(end, '{');
    if (!body) break;
    const char *open = end + strspn(end, " \t\n"), *close = open;
    if (*open == '(') close = strchr(open, ')') + 1;
    PTXEntry entry;
    entry.name.assign(p, end);
    entry.sizes = sizes_of(std::string(open, close));
    entry.most_threads = most_threads(std::string(close, body));
    entries.push_back(entry);
    p = body;
  }
  return entries;
}
