'use strict';
(function () {
  const charts = JSON.parse(document.getElementById('chart-data').textContent);
  const SERIES_COLOURS = 5;
  const ROW = 22;
  const AXIS = 28;
  /** From this height on, the axis is above as well as below. */
  const TALL = 500;
  const PART = 300;
  const NARROWEST = 280;
  /** The width of a page of A4 within its margins. */
  const PAPER = 680;

  const pen = document.createElement('canvas').getContext('2d');
  pen.font = '12px system-ui, sans-serif';

  function textWidth(text) {
    return pen.measureText(text).width;
  }

  function widest(texts) {
    return d3.max(texts, textWidth) || 0;
  }

  /** Cuts what would leave no room for the bars; the whole text is its tooltip. */
  function fitted(text, width) {
    let shown = text;
    for (let end = text.length - 1; textWidth(shown) > width && end > 0; end--) {
      shown = text.slice(0, end) + '\u2026';
    }
    return shown;
  }

  function axisScale(chart, left, right) {
    if (chart.scale === 'logarithmic') {
      const largest = Math.max(chart.largest, chart.origin * 10);
      return d3.scaleLog([chart.origin, largest], [left, right]).clamp(true).nice();
    }
    return d3.scaleLinear([0, chart.largest || 1], [left, right]).nice();
  }

  /** Bars of one label stand together: each gets the row below the one before. */
  function rows(bars) {
    let top = 0;
    let previous = null;
    return bars.map(function (bar) {
      const first = previous === null || bar.label !== previous.label;
      top += first && previous !== null ? ROW * 1.4 : previous === null ? 0 : ROW;
      previous = bar;
      return { bar: bar, top: top, first: first };
    });
  }

  function powersOfTen(domain) {
    const powers = [];
    for (let power = Math.ceil(Math.log10(domain[0]) - 1e-9); power <= Math.log10(domain[1]) + 1e-9; power++) {
      powers.push(Math.pow(10, power));
    }
    return powers;
  }

  function axisOf(chart, x, axis) {
    const whole = chart.bars.every(function (bar) { return Number.isInteger(bar.value) && bar.low === undefined; });
    axis.ticks(whole ? Math.min(5, Math.max(1, chart.largest)) : 5);
    const powers = chart.scale === 'logarithmic' ? powersOfTen(x.domain()) : [];
    if (powers.length > 2) {
      axis.tickValues(powers);
    }
    return axis.tickFormat(d3.format(chart.largest < 1000 ? '~g' : '~s'));
  }

  /** A part of a picture, which paper does not divide: at most so high, and whole labels. */
  function parts(placed, height) {
    const found = [];
    placed.forEach(function (row) {
      const last = found[found.length - 1];
      if (!last || (row.first && row.top - last.top > PART)) {
        found.push({ top: row.top, rows: [row] });
      } else {
        last.rows.push(row);
      }
    });
    found.forEach(function (part, index) {
      part.end = index + 1 < found.length ? found[index + 1].top : height;
      part.isLast = index + 1 === found.length;
      part.above = index === 0 && height > TALL ? AXIS : 0;
    });
    return found;
  }

  function addPart(container, chart, x, width, part) {
    const below = part.isLast ? AXIS : 0;
    const svg = d3.select(container).append('svg')
      .attr('viewBox', [0, part.top - part.above, width, part.above + part.end - part.top + below].join(' '));
    const grid = svg.append('g').attr('class', 'axis').attr('transform', 'translate(0,' + part.end + ')')
      .call(axisOf(chart, x, d3.axisBottom(x)).tickSize(part.top - part.end));
    if (!part.isLast) {
      grid.selectAll('text').remove();
      grid.select('.domain').remove();
    }
    if (part.above) {
      svg.append('g').attr('class', 'axis').call(axisOf(chart, x, d3.axisTop(x)).tickSize(0));
    }
    return svg;
  }

  /** Names and the classes of their colours, in turn. */
  function addLegend(container, names, styles) {
    const legend = d3.select(container).append('p').attr('class', 'legend');
    names.forEach(function (name, index) {
      const item = legend.append('span');
      item.append('span').attr('class', 'swatch ' + styles[index]);
      item.append('span').text(' ' + name);
    });
  }

  function seriesStyle(index) {
    return 'series-' + (index % SERIES_COLOURS);
  }

  function addText(parent, x, y, anchor, text) {
    return parent.append('text').attr('x', x).attr('y', y).attr('dy', '.35em').attr('text-anchor', anchor).text(text);
  }

  function addBar(parent, from, to, style) {
    return parent.append('rect').attr('x', Math.min(from, to)).attr('y', 3).attr('height', ROW - 6)
      .attr('width', Math.abs(to - from)).attr('class', style);
  }

  function addRow(svg, row, x, left, series) {
    const bar = row.bar;
    const group = svg.append('g').attr('transform', 'translate(0,' + row.top + ')');
    const spread = bar.low === undefined ? '' : ' (' + bar.low + ' to ' + bar.high + ')';
    const name = bar.label + (bar.series ? ', ' + bar.series : '') + ': ' + bar.text + spread;
    group.append('title').text(name);
    if (row.first) {
      addText(group, left - 8, ROW / 2, 'end', fitted(bar.label, left - 8));
    }
    const start = x.range()[0];
    const end = bar.value > 0 ? x(bar.value) : start;
    addBar(group, start, end, seriesStyle(series.indexOf(bar.series)));
    let right = end;
    if (bar.low !== undefined) {
      const low = bar.low > 0 ? x(bar.low) : start;
      const high = bar.high > 0 ? x(bar.high) : start;
      const middle = ROW / 2;
      group.append('path').attr('class', 'spread')
        .attr('d', 'M' + low + ',' + (middle - 4) + 'v8M' + low + ',' + middle + 'H' + high + 'M' + high + ',' + (middle - 4) + 'v8');
      right = Math.max(right, high);
    }
    addText(group, right + 6, ROW / 2, 'start', bar.text);
  }

  function drawBars(container, chart, width) {
    const left = Math.min(widest(chart.bars.map(function (bar) { return bar.label; })) + 12, width * 0.38);
    const values = widest(chart.bars.map(function (bar) { return bar.text; }));
    const x = axisScale(chart, left, width - values - 10);
    const series = Array.from(new Set(chart.bars.map(function (bar) { return bar.series; })));
    const placed = rows(chart.bars);
    const height = (placed.length ? placed[placed.length - 1].top + ROW : 0) + 4;
    if (series.length > 1) {
      addLegend(container, series, series.map(function (name, index) { return seriesStyle(index); }));
    }
    parts(placed, height).forEach(function (part) {
      const svg = addPart(container, chart, x, width, part);
      part.rows.forEach(function (row) { addRow(svg, row, x, left, series); });
    });
  }

  /** What one row of a balance says, from the middle to both sides. */
  function addSides(svg, row, x, left, top) {
    const group = svg.append('g').attr('transform', 'translate(0,' + top + ')');
    group.append('title').text([row.group, row.label].filter(Boolean).join(', ') +
      ': ' + row.losses + ' lost, ' + row.gains + ' gained');
    addText(group, left - 8, ROW / 2, 'end', fitted(row.label, left - 8));
    addBar(group, x(0), x(-row.losses), 'lost');
    addBar(group, x(0), x(row.gains), 'gained');
    if (row.losses > 0) {
      addText(group, x(-row.losses) - 6, ROW / 2, 'end', '\u25bc\u2009' + row.losses);
    }
    if (row.gains > 0) {
      addText(group, x(row.gains) + 6, ROW / 2, 'start', '\u25b2\u2009' + row.gains);
    }
    if (row.losses === 0 && row.gains === 0) {
      addText(group, x(0) + 6, ROW / 2, 'start', '=');
    }
  }

  function drawBalance(container, chart, width) {
    const left = Math.min(widest(chart.balance.map(function (row) { return row.label; })) + 12, width * 0.38);
    const values = widest(['\u25bc\u2009' + chart.largest]) + 10;
    const largest = Math.max(1, chart.largest);
    const x = d3.scaleLinear([-largest, largest], [left + values, width - values]);
    let top = 0;
    const placed = chart.balance.map(function (row, index) {
      const first = index === 0 || row.group !== chart.balance[index - 1].group;
      top += first && row.group ? ROW * (index === 0 ? 1 : 1.6) : 0;
      const place = { row: row, top: top, first: first && row.group };
      top += ROW;
      return place;
    });
    addLegend(container, ['\u25bc lost', '\u25b2 gained'], ['lost', 'gained']);
    const svg = d3.select(container).append('svg').attr('viewBox', [0, 0, width, top + 4].join(' '));
    svg.append('g').attr('class', 'axis').append('line')
      .attr('x1', x(0)).attr('x2', x(0)).attr('y1', 0).attr('y2', top + 4);
    placed.forEach(function (place) {
      if (place.first) {
        addText(svg, 0, place.top - ROW / 2, 'start', fitted(place.row.group, width)).attr('class', 'group');
      }
      addSides(svg, place.row, x, left, place.top);
    });
  }

  function draw(container, chart, width) {
    container.replaceChildren();
    d3.select(container).attr('role', 'img').attr('aria-label', chart.title);
    (chart.balance ? drawBalance : drawBars)(container, chart, Math.max(NARROWEST, width));
  }

  document.querySelectorAll('.plot').forEach(function (container) {
    const chart = charts[Number(container.dataset.chart)];
    let drawnFor = 0;
    function drawFor(width) {
      if (width !== drawnFor) {
        drawnFor = width;
        draw(container, chart, width);
      }
    }
    function fit() {
      drawFor(container.clientWidth);
    }
    fit();
    new ResizeObserver(fit).observe(container);
    window.addEventListener('beforeprint', function () { drawFor(PAPER); });
    window.addEventListener('afterprint', fit);
    container.parentElement.querySelector('details').open = false;
  });
})();
