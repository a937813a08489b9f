#!/usr/bin/env python3
"""Count a day's lights over many tasks on PostgreSQL: how long it takes, by which plan, and beside the same question in plain SQL.

    .venv/bin/python bench/counts.py postgres://postgres@127.0.0.1/postgres [--tasks 1000000] [--most 1.5]

Makes a database of its own beside the one that is named, fills it (20 half-years, 1,000 departments), and drops it again.
Leaves with 1 where a plan reads the table instead of the index alone, or where a count is more than `--most` times as slow as plain SQL.
"""

import argparse
import datetime as dt
import statistics
import sys
import time

from beside import database_beside, migrate, start_django

PERIODS, DEPARTMENTS, TODAY = 20, 1000, dt.date(2026, 11, 23)
ROUNDS = 7

FILL = """
INSERT INTO plan_task (period_id, department_id, goal_id, title, description, source, start, due, original_due, measure, quantity_done, unit,
                       progress, state, state_before, claimed_on, completed_on, yellow_from, blue_from, red_from, created_at)
SELECT period_id, department_id, goal_id, '任务' || n, repeat('分解任务、明确责任、按期推进、形成台账。', 3), 'meeting', start, due, due, 'percent', 0, '',
       progress, state, '', CASE WHEN state IN ('claimed', 'completed') THEN due END, CASE WHEN state = 'completed' THEN due END,
       start + (progress + 10) * (due - start + 1) / 100 + 1, due - 7, due + 1, now()
FROM (
  SELECT n, p.id AS period_id, d.ids[1 + n %% %(departments)s] AS department_id, g.ids[1 + n / 7 %% 5] AS goal_id,
         p.starts_on + n %% 30 AS start, p.ends_on - n %% 90 AS due, (n * 13) %% 101 AS progress,
         CASE WHEN p.state = 'closed' AND n %% 33 > 0 THEN 'completed' WHEN p.state = 'closed' THEN 'carried_over' WHEN n %% 4 = 0 THEN 'completed'
              WHEN n %% 25 = 1 THEN 'claimed' WHEN n %% 50 = 2 THEN 'suspended' ELSE 'in_progress' END AS state
  FROM generate_series(1, %(tasks)s) AS n
  JOIN (SELECT *, row_number() OVER (ORDER BY starts_on) - 1 AS number FROM plan_period) AS p ON p.number = n %% %(periods)s
  CROSS JOIN (SELECT array_agg(id) AS ids FROM departments_department) AS d
  CROSS JOIN (SELECT array_agg(id) AS ids FROM plan_goal) AS g
  ORDER BY random()
) AS made
"""

PLAIN = """
SELECT department_id, goal_id,
       CASE WHEN state IN ('suspended', 'carried_over') THEN 'grey' WHEN state = 'completed' THEN 'done'
            WHEN state = 'claimed' AND claimed_on < red_from THEN 'green' WHEN red_from <= %(day)s THEN 'red'
            WHEN yellow_from <= %(day)s THEN 'yellow' WHEN blue_from <= %(day)s THEN 'blue' ELSE 'green' END AS light,
       count(*), count(*) FILTER (WHERE state = 'claimed'), sum(progress)
FROM plan_task WHERE %(period)s IS NULL OR period_id = %(period)s GROUP BY 1, 2, 3
"""


def fill(tasks):
    from django.db import connection, transaction

    from departments.models import Department
    from federation_tasks.plan.models import Goal, Period

    with transaction.atomic():  # rows that the audit watches
        Department.objects.bulk_create(Department(code=f"d{n}", name=f"部门{n:04}", order=n) for n in range(DEPARTMENTS))
        for number in range(1, 6):
            Goal.objects.get_or_create(number=number, defaults={"name": f"目标{number}", "gap_name": f"差距{number}"})
        for back in range(PERIODS):
            year, half = divmod(2 * 2026 + 1 - back, 2)
            Period.objects.create(year=year, half=half + 1, state=Period.State.CLOSED if back else Period.State.OPEN)
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"tasks": tasks, "departments": DEPARTMENTS, "periods": PERIODS})
        cursor.execute("VACUUM ANALYZE plan_task")


def milliseconds(act):
    """Return the median of several runs, after one to warm up."""
    act()
    seen = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        seen.append(1000 * (time.perf_counter() - began))
    return statistics.median(seen)


def asked(act):
    """Return the one query of the tasks table that this makes."""
    from django.db import connection

    seen = []

    def note(execute, sql, params, many, context):
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        act()
    [found] = [query for query in seen if 'FROM "plan_task"' in query[0]]
    return found


def plan_of(sql, params):
    """Return how the tasks are read, and the milliseconds inside PostgreSQL."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + sql, params)
        [found] = cursor.fetchone()[0]
    [node] = [node for node in nodes(found["Plan"]) if node.get("Relation Name") == "plan_task"]
    return node, found["Execution Time"]


def nodes(plan):
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def fetched(sql, params):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def set_page_cost(cost):
    """Say what reading a page at random costs beside reading the next one: 4 is PostgreSQL's default, 1.1 what it advises for SSDs."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SET random_page_cost = {cost}")


def measure(most):
    """Print a line for each question; return 1 where an answer did not come from the index alone or was too slow."""
    from federation_tasks.plan.models import Period, Task

    running, failed = Period.objects.get(year=2026, half=2), 0
    print(f"{'question':18}{'page cost':>10}{'tasks':>11}  {'plan':16}{'index':18}{'from table':>10}{'in PostgreSQL':>16}{'count_by':>10}{'plain SQL':>12}")
    for name, period, cost in (("one half-year", running, 4), ("one half-year", running, 1.1), ("all half-years", None, 4), ("all half-years", None, 1.1)):
        set_page_cost(cost)
        tasks = Task.objects.filter(period=period) if period else Task.objects.all()
        found = question(tasks, {"day": TODAY, "period": period.pk if period else None})
        node, inside, number, ours, plain = found
        read = f"{node['Node Type']:16}{node.get('Index Name', '-'):18}{node.get('Heap Fetches', '-'):>10}"
        print(f"{name:18}{cost:>10}{number:>11,}  {read}{inside:>13.0f} ms{ours:>7.0f} ms{plain:>9.0f} ms")
        # With the default cost the planner may rightly read everything in a row where everything is asked for.
        from_index = node["Node Type"] == "Index Only Scan" and node["Heap Fetches"] == 0
        failed |= not (from_index or (period is None and cost == 4)) or ours > most * plain
    return int(failed)


def question(tasks, values):
    """Ask the product and plain SQL the same; return the product's plan, its milliseconds in PostgreSQL, the number, and both medians."""
    from federation_tasks.plan.counts import count_by
    from federation_tasks.plan.lights import Lamps

    lamps = Lamps(TODAY)

    def count():
        return count_by(tasks, TODAY, "department", "goal", lamps=lamps)

    number = sum(found.total for found in count().values())
    if number != sum(row[3] for row in fetched(PLAIN, values)):
        raise SystemExit("the product and plain SQL count differently")
    return *plan_of(*asked(count)), number, milliseconds(count), milliseconds(lambda: fetched(PLAIN, values))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("url")
    options.add_argument("--tasks", type=int, default=1_000_000)
    options.add_argument("--most", type=float, default=1.5, help="how many times as slow as plain SQL a count may be")
    chosen = options.parse_args()
    with database_beside(chosen.url, "bench_counts") as url:
        start_django(url)
        migrate()
        began = time.perf_counter()
        fill(chosen.tasks)
        print(f"{chosen.tasks:,} tasks made in {time.perf_counter() - began:.0f} s")
        sys.exit(measure(chosen.most))


if __name__ == "__main__":
    main()
