/* The floor of joins: one sweep over sorted, coded intervals, nothing checked. One thread. */
#include <stdint.h>
#include <stdlib.h>

void nearest(int64_t n, const int32_t *c, const int64_t *s, const int64_t *e, int64_t m,
             const int32_t *d, const int64_t *u, const int64_t *v, int64_t *row, double *dist) {
  int64_t p = 0, left = -1;
  for (int64_t q = 0; q < n; q++) {
    if (q && c[q] != c[q - 1]) left = -1;
    while (p < m && (d[p] < c[q] || (d[p] == c[q] && v[p] < s[q]))) {
      if (d[p] == c[q] && (left < 0 || v[p] > v[left])) left = p;
      p++;
    }
    int64_t gap = INT64_MAX;
    if (left >= 0) gap = s[q] - v[left];
    row[q] = left;
    if (p < m && d[p] == c[q]) {
      int64_t right = u[p] - e[q];
      if (right < 0) right = 0;
      if (right < gap) {
        gap = right;
        row[q] = p;
      }
    }
    dist[q] = (double)gap;
  }
}

/* v is sorted within each chromosome. */
void count(int64_t n, const int32_t *c, const int64_t *s, const int64_t *e, int64_t m,
           const int32_t *d, const int64_t *u, const int64_t *v, int64_t *out) {
  int64_t a = 0, b = 0;
  for (int64_t q = 0; q < n; q++) {
    while (a < m && (d[a] < c[q] || (d[a] == c[q] && u[a] < e[q]))) a++;
    while (a && (d[a - 1] == c[q] && u[a - 1] >= e[q])) a--;
    while (b < m && (d[b] < c[q] || (d[b] == c[q] && v[b] <= s[q]))) b++;
    out[q] = a - b;
  }
}
