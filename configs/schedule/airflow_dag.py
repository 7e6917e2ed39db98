"""newsfold as a DAG of Airflow 2.4 or newer: put this file into the folder of DAGs.

newsfold stands in a virtual environment of its own, because Airflow pins other versions of its packages.
"""

from datetime import datetime, timedelta, timezone

from airflow import DAG
from airflow.operators.bash import BashOperator

with DAG(
    dag_id="newsfold",
    description="Fold the news into stories",
    schedule="*/15 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    tags=["news"],
) as dag:
    BashOperator(
        task_id="run",
        bash_command=(
            "/opt/newsfold/bin/newsfold run --quiet --config /etc/newsfold/newsfold.yaml --output /var/lib/newsfold"
        ),
        skip_on_exit_code=75,
        execution_timeout=timedelta(hours=1),
    )
